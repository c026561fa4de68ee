export const gotemplateErrors = {
  template_parse: 'A template is not valid; the message says where, in the words of Go.',
  template_execute: 'A template is valid, but cannot be executed; the message says where and why.',
  template_limit: 'A template makes more output or takes more steps than templates may.',
} as const;
