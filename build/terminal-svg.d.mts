/** `lines` hold SGR sequences, as `tmux capture-pane -e` prints them. */
export function terminalSvg(lines: readonly string[], columns: number, title: string): string;
