export const demoErrors = {
  demo_packages_missing:
    'The demo needs packages that are not installed with Sightline; the message has the command that installs them.',
  demo_start: 'A process of the demo did not start; the message says which and why.',
} as const;
