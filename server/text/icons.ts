// SPDX-License-Identifier: AGPL-3.0-or-later
// Line drawings on 24 × 24, in the colour of the text beside them.

const drawings = {
  back: '<path d="M11 5l-7 7 7 7M4 12h16"/>',
  calendar: '<rect x="3.5" y="5" width="17" height="15.5" rx="1.5"/><path d="M3.5 10h17M8 2.5V7M16 2.5V7"/>',
  clock: '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
  cross: '<path d="m6 6 12 12M18 6 6 18"/>',
  down: '<path d="M12 3.5V16M6.5 11l5.5 5.5 5.5-5.5M4 20.5h16"/>',
  feed: '<path d="M5 11a8 8 0 0 1 8 8M5 5a14 14 0 0 1 14 14"/><circle cx="6" cy="18" r="1.2"/>',
  filter: '<path d="M3 6h18M6 12h12M10 18h4"/>',
  forward: '<path d="M13 5l7 7-7 7M20 12H4"/>',
  home: '<path d="M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10"/>',
  key: '<circle cx="8" cy="15" r="4.5"/><path d="m11.3 11.7 8.2-8.2M15 8l3.5 3.5"/>',
  link: '<path d="M10 14a4.5 4.5 0 0 0 6.4 0l3-3A4.5 4.5 0 0 0 13 4.6L12 5.6M14 10a4.5 4.5 0 0 0-6.4 0l-3 3a4.5 4.5 0 0 0 6.4 6.4l1-1"/>',
  mail: '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m3.5 7 8.5 6.5L20.5 7"/>',
  pencil: '<path d="M4 20l1-5L16.5 3.5l4 4L9 19l-5 1Z"/>',
  people:
    '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 5a3.2 3.2 0 0 1 0 6.3M18 14.5c2.2.7 3.5 2.5 3.5 5.5"/>',
  person: '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c0-4.5 3.4-6.5 7.5-6.5s7.5 2 7.5 6.5"/>',
  phone:
    '<path d="M5 3h4l1.8 5-2.5 1.7a12 12 0 0 0 6 6L16 13.2l5 1.8v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2Z"/>',
  place: '<path d="M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21Z"/><circle cx="12" cy="9.5" r="2.5"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  print: '<path d="M7 9V3h10v6M7 17H4V9h16v8h-3"/><path d="M7 14h10v7H7z"/>',
  seal: '<circle cx="12" cy="12" r="9"/><path d="M7.8 12.4 11 15.5l5.5-6.5"/>',
  search: '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
  tick: '<path d="M4.5 12.5 10 18 20 6.5"/>',
  warning: '<path d="M12 3 22 20.5H2L12 3Z"/><path d="M12 9.5v5M12 17.3v.4"/>',
  wheelchair:
    '<circle cx="10" cy="4" r="1.5"/><path d="M10 8v6h6l3 5.5M10 10.5h5"/><path d="M7.5 11.5a5.2 5.2 0 1 0 7 7"/>',
} as const

export type IconName = keyof typeof drawings

/** The test of the templates checks literal names against it. */
export const iconNames: readonly string[] = Object.keys(drawings)

/** Hidden from screen readers, because a word stands beside it. '' for an unknown name, so that no page fails. */
export function iconSvg(name: string): string {
  if (!Object.hasOwn(drawings, name)) return ''
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${drawings[name as IconName]}</svg>`
}
