import { Button, Group, NumberInput, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import type { DiscoveryFilters } from '../../../shared/discovery.ts';

const megabyte = 1_000_000;

interface FilterPopoverProps {
  readonly filters: DiscoveryFilters;
  readonly onApply: (filters: DiscoveryFilters) => void;
}

/** Which files a scan and a migration take. Unlike the search field, this changes what is migrated. */
export function FilterPopover({ filters, onApply }: FilterPopoverProps) {
  const [isOpen, { close, toggle }] = useDisclosure();
  const count = filterCount(filters);
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => !open && close()}
      position="bottom-end"
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <Button leftSection={<IconFilter size={16} aria-hidden />} onClick={toggle}>
          {count === 0 ? 'Limit files' : `Limited by ${count}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown w={320} p={16} aria-label="Limit the files that are scanned and migrated">
        <FilterForm
          filters={filters}
          onApply={(next) => {
            close();
            onApply(next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterForm({ filters, onApply }: FilterPopoverProps) {
  const [pattern, setPattern] = useState(filters.pattern ?? '');
  const [least, setLeast] = useState(asMegabytes(filters.minBytes));
  const [most, setMost] = useState(asMegabytes(filters.maxBytes));
  const [age, setAge] = useState<number | string>(filters.maxAgeDays ?? '');
  const isReversed = typeof least === 'number' && typeof most === 'number' && least > most;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReversed) return;
        onApply({
          order: filters.order,
          ...(filters.maxFiles === undefined ? {} : { maxFiles: filters.maxFiles }),
          ...(pattern.trim() === '' ? {} : { pattern: pattern.trim() }),
          ...(typeof least === 'number' ? { minBytes: Math.round(least * megabyte) } : {}),
          ...(typeof most === 'number' ? { maxBytes: Math.round(most * megabyte) } : {}),
          ...(typeof age === 'number' && age > 0 ? { maxAgeDays: age } : {}),
        });
      }}
    >
      <Stack gap={12}>
        <TextInput
          data-autofocus
          label="Path pattern"
          description="Relative to its folder, * for any characters"
          placeholder="-home-me-work-*"
          value={pattern}
          onChange={(event) => setPattern(event.currentTarget.value)}
        />
        <Group grow gap={12} align="start">
          <NumberInput
            label="Smallest size"
            placeholder="Any"
            suffix=" MB"
            min={0}
            hideControls
            value={least}
            onChange={setLeast}
          />
          <NumberInput
            label="Largest size"
            placeholder="Any"
            suffix=" MB"
            min={0}
            hideControls
            value={most}
            onChange={setMost}
            error={isReversed ? 'Less than the smallest' : null}
          />
        </Group>
        <NumberInput
          label="Changed within the last"
          placeholder="Any time"
          suffix={age === 1 ? ' day' : ' days'}
          min={1}
          hideControls
          value={age}
          onChange={setAge}
        />
        <Group justify="space-between">
          <Button variant="subtle" color="gray" onClick={() => onApply({ order: filters.order })}>
            Take all files
          </Button>
          <Button type="submit">Scan with these limits</Button>
        </Group>
      </Stack>
    </form>
  );
}

function asMegabytes(count: number | undefined): number | string {
  return count === undefined ? '' : count / megabyte;
}

function filterCount({ pattern, minBytes, maxBytes, maxAgeDays }: DiscoveryFilters): number {
  return [pattern, minBytes, maxBytes, maxAgeDays].filter((limit) => limit !== undefined).length;
}
