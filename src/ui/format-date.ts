const format = new Intl.DateTimeFormat('en-IE', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** '22 November 2026 at 23:15', in the reader's own time zone, from the API's ISO text. */
export function formatDate(iso: string): string {
  return format.format(new Date(iso));
}
