import { Button, NumberInput, Popover, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments } from '@tabler/icons-react';
import type { VerificationChoice } from '../../../shared/contract.ts';
import { useChoices } from '../../choices.tsx';

const samples = [
  { value: '0', label: 'None' },
  { value: '1000', label: '1,000 lines' },
  { value: '10000', label: '10,000 lines' },
  { value: 'all', label: 'All lines' },
];

/** How thorough the next verification is. Files and totals are always compared whole. */
export function VerifyOptions() {
  const { verification: choice, setVerification } = useChoices();
  return (
    <div className="verify-options">
      <Select
        label="Lines compared column by column"
        description="Besides the bytes of all lines"
        allowDeselect={false}
        data={samples}
        value={String(choice.sampleSize ?? 1000)}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) =>
          setVerification({ ...choice, sampleSize: value === 'all' ? 'all' : Number(value ?? 1000) })
        }
      />
      <NumberInput
        label="Tolerance of totals"
        description="Difference that still passes"
        suffix=" %"
        min={0}
        max={100}
        decimalScale={4}
        clampBehavior="strict"
        hideControls
        value={Number(((choice.tolerance ?? 0) * 100).toFixed(4))}
        onChange={(value) => setVerification(withTolerance(choice, value))}
      />
    </div>
  );
}

function withTolerance(choice: VerificationChoice, value: number | string): VerificationChoice {
  return { ...choice, tolerance: typeof value === 'number' ? value / 100 : 0 };
}

/** The same, beside the button that verifies again. */
export function OptionsPopover() {
  const [isOpen, { close, toggle }] = useDisclosure();
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => !open && close()}
      position="bottom-end"
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <Button leftSection={<IconAdjustments size={16} aria-hidden />} onClick={toggle}>
          Options
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={16} aria-label="Options of the next verification">
        <VerifyOptions />
      </Popover.Dropdown>
    </Popover>
  );
}
