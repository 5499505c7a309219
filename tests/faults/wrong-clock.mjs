// Loaded before the command line: its clock, and that of its worker threads, is off by TOKENHOUSE_CLOCK_JUMP milliseconds.
const jumpMs = Number(process.env['TOKENHOUSE_CLOCK_JUMP']);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + jumpMs] : args, newTarget),
  get: (target, key) => (key === 'now' ? () => RealDate.now() + jumpMs : Reflect.get(target, key)),
});
