// SPDX-License-Identifier: AGPL-3.0-or-later
// How is a person called?

export const fullName = (person: { given_name: string; family_name: string }): string =>
  [person.given_name, person.family_name].filter(Boolean).join(' ')
