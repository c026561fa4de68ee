// Error codes of pages that targets show to be scraped.
export const expositionErrors = {
  exposition_content_type:
    'The Content-Type of a page names no format that is read, and no fallback is set.',
  exposition_malformed: 'A page is not in the format that its Content-Type names.',
} as const;
