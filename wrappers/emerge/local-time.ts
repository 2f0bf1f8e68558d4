/** Times as a reader's clock shows them. */

/** `2026-11-21 13:05`; epoch milliseconds. */
export function localTime(time: number): string {
  const at = new Date(time);
  const pair = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${pair(at.getMonth() + 1)}-${pair(at.getDate())}`;
  return `${day} ${pair(at.getHours())}:${pair(at.getMinutes())}`;
}

/** `13:05`, with the day where it was another one than that of `now`; epoch milliseconds. */
export function clockText(time: number, now: number): string {
  const [day = '', clock = ''] = localTime(time).split(' ');
  return localTime(now).startsWith(day) ? clock : `${day} ${clock}`;
}
