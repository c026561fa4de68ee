// Error codes of scraping. They are what `lastError` of a target says.
export const scrapeErrors = {
  scrape_status: 'A target answered with another status than 200.',
  scrape_timeout: 'A target did not answer within the `scrape_timeout` of its job.',
  scrape_limit: 'A page breaks a limit of its job; the message names the key.',
  scrape_labels: 'Relabelling left a series without a name, or with a name that is not valid.',
  scrape_target: 'What was discovered makes no target: its address, interval or timeout is wrong.',
} as const;
