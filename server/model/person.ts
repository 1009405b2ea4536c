// SPDX-License-Identifier: AGPL-3.0-or-later
export const fullName = (person: { given_name: string; family_name: string }): string =>
  [person.given_name, person.family_name].filter(Boolean).join(' ')
