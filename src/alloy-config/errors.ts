export const alloyConfigErrors = {
  alloy_config_invalid:
    "Alloy's configuration has mistakes; the message lists every one with its place.",
  alloy_config_unreadable: "Alloy's configuration cannot be read.",
} as const;
