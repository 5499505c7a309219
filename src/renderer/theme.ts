import {
  Button,
  Checkbox,
  createTheme,
  NavLink,
  NumberInput,
  Select,
  Switch,
  Table,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** The one accent: for the primary action and the current place, nothing else. */
const ink: MantineColorsTuple = [
  '#eef3fb',
  '#dde8f7',
  '#bcd0ee',
  '#96b6e4',
  '#7aa2dc',
  '#5586ce',
  '#3d70bd',
  '#2d5ba6',
  '#244b8a',
  '#1b3969',
];

const gray: MantineColorsTuple = [
  '#f7f7f8',
  '#f1f1f3',
  '#e6e6e9',
  '#dadade',
  '#c6c6cc',
  '#9c9ca5',
  '#7a7a84',
  '#5b5b65',
  '#3f3f47',
  '#222227',
];

/** Dark is its own set: text a little below white, surfaces that step up in light, hairlines that show. */
const dark: MantineColorsTuple = [
  '#dcdce1',
  '#bcbcc4',
  '#a0a0ab',
  '#70707b',
  '#41414a',
  '#34343b',
  '#2a2a30',
  '#1d1d21',
  '#17171a',
  '#111113',
];

const label = { fontSize: 12, fontWeight: 500 };
const description = { fontSize: 12, lineHeight: '16px' };
const field = { size: 'xs', styles: { input: { fontSize: 13 }, label, description } } as const;

export const theme = createTheme({
  colors: { ink, gray, dark },
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '6px', xl: '6px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs', variant: 'default' },
      styles: {
        root: { height: 32, fontSize: 13, fontWeight: 500, paddingInline: 12 },
        section: { marginInlineEnd: 6 },
      },
    }),
    NavLink: NavLink.extend({ styles: { root: { borderRadius: 6, height: 32, padding: '0 8px' } } }),
    TextInput: TextInput.extend({ defaultProps: field }),
    NumberInput: NumberInput.extend({ defaultProps: field }),
    Select: Select.extend({ defaultProps: field }),
    Checkbox: Checkbox.extend({
      defaultProps: { size: 'xs', styles: { label: { fontSize: 13 }, description } },
    }),
    Switch: Switch.extend({
      defaultProps: { size: 'xs', styles: { label: { fontSize: 13 }, description } },
    }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 0, horizontalSpacing: 8 } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, fz: 12, multiline: true, maw: 560 } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': gray[9],
    '--mantine-color-dimmed': gray[7],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-default-border': gray[3],
    '--mantine-color-anchor': ink[7],
  },
  dark: {
    '--mantine-color-body': dark[7],
    '--mantine-color-text': dark[0],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': '#8b8b96',
    '--mantine-color-default': '#26262b',
    '--mantine-color-default-hover': dark[6],
    '--mantine-color-default-border': dark[4],
    '--mantine-color-anchor': ink[3],
  },
});
