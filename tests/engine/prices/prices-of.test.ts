import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { pricesFromGenai } from '../../../src/engine/prices/genai-prices.ts';
import { pricesOf } from '../../../src/engine/prices/load-prices.ts';
import { perUnit } from '../../../src/engine/prices/money.ts';

const matched = async (model: string, speed = 'standard'): Promise<string[]> =>
  (await pricesOf(model, speed)).map((price) => price.matched);

describe('the price of a model', () => {
  it.each([
    ['claude-sonnet-4-5@20250929', 'Anthropic: Claude Sonnet 4.5'],
    ['claude-opus-4-20250514', 'Anthropic: Claude Opus 4'],
    ['claude-3-7-sonnet-20250219', 'Anthropic: Claude Sonnet 3.7'],
    ['claude-sonnet-4-5-20250929[1m]', 'Anthropic: Claude Sonnet 4.5'],
    ['claude-sonnet-5', 'Anthropic: Claude Sonnet 5'],
  ])('%s is that of %s', async (model, name) => {
    expect(await matched(model)).toEqual([name]);
  });

  it('on Bedrock is the regional one, with the 1-hour write it does not state', async () => {
    const [price] = await pricesOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'standard');
    expect(price?.rates.input).toBe(perUnit('3.3'));
    expect(price?.rates.cacheWrite1h).toBe(perUnit('6.6'));
  });

  it.each([
    'sonnet',
    '',
    'claude',
    'claude-opus-9',
    'claude-sonnet-4-9',
    'claude-fable-5-2',
    'my-claude-proxy',
  ])('is unknown for %j', async (model) => {
    expect(await pricesOf(model, 'standard')).toEqual([]);
  });

  it('is not that of an older version whose name it begins with', () => {
    expect(calcPrice({}, 'claude-sonnet-5-5')?.model.id).toBe('claude-sonnet-5');
    expect(pricesFromGenai('claude-sonnet-5-5', 'standard')).toEqual([]);
  });

  it.each(['4.6', '4.7', '4.8', '5'])(
    'in fast mode agrees with genai-prices for Opus %s',
    async (version) => {
      const listed = calcPrice({}, `anthropic/claude-opus-${version}-fast`, {
        providerId: 'openrouter',
      })?.model_price;
      const [price] = await pricesOf(`claude-opus-${version.replace('.', '-')}`, 'fast');
      expect(price?.rates).toMatchObject({
        input: perUnit(listed?.['input_mtok'] as number),
        output: perUnit(listed?.['output_mtok'] as number),
        cacheRead: perUnit(listed?.['cache_read_mtok'] as number),
        cacheWrite5m: perUnit(listed?.['cache_write_mtok'] as number),
      });
    },
  );

  it('of a model of others charges cache writes without a price as input', async () => {
    const [price] = await pricesOf('gpt-5', 'standard');
    expect(price?.rates.cacheWrite1h).toBe(price?.rates.input);
    expect(price?.rates.cacheRead).toBe(perUnit('0.125'));
  });
});
