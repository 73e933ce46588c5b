import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { housePlugin, houseRules } from './eslint.house-rules.js';

const nodeGlobals = Object.fromEntries(
  ['process', 'console', 'URL', 'module', 'require', '__dirname'].map((name) => [name, 'readonly']),
);
const specs = ['**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts', '**/testing/**/*.ts'];
const sandbox = 'apps/deskera-sandbox/**';
const local = 'apps/local/**';

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', '.data/', 'bench/results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A Nest module is a class with a decorator and nothing in it.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Contracts and options are abstract classes, which object literals and fakes fill.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { house: housePlugin },
    rules: {
      ...houseRules(),
      'house/described-suppressions': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-console': 'error',
    },
  },
  { files: ['libs/kernel/internal/**'], rules: houseRules('clock') },
  { files: ['libs/config/**'], rules: houseRules('environment') },
  { files: ['libs/deskera/**', 'libs/notifications/**'], rules: houseRules('outboundHttp') },
  // It runs in other people's processes: it brings its own time, and calls the broker and Deskera for them.
  { files: ['libs/client/internal/system-surroundings.ts'], rules: houseRules('clock', 'outboundHttp') },
  { files: ['libs/client/internal/settings.ts'], rules: houseRules('outboundHttp') },
  { files: [sandbox, local, ...specs], rules: houseRules('clock', 'environment', 'outboundHttp') },
  { files: [local, 'apps/deskera-sandbox/src/main.ts', 'bench/**'], rules: { 'no-console': 'off' } },
  {
    files: specs,
    rules: {
      // A `describe` is one function, however many tests it holds.
      'max-lines-per-function': 'off',
      // Jest's asymmetric matchers, and bodies that were just parsed, are `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // What a fake promises is that it fits the contract it stands in for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { globals: nodeGlobals } },
  prettier,
);
