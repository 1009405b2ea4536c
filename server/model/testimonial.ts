// SPDX-License-Identifier: AGPL-3.0-or-later
// A few words of somebody who has come.

/** `waiting`: with consent, not read yet; `private`: for the team only, because the person wants so. */
export const TESTIMONIAL_STATES = ['waiting', 'shown', 'hidden', 'private'] as const
export type TestimonialState = (typeof TESTIMONIAL_STATES)[number]

/** Which name stands below the words. */
export const SIGNATURES = ['given', 'initials', 'none'] as const
export type Signature = (typeof SIGNATURES)[number]

/** UTF-16 units. */
export const TESTIMONIAL_LENGTH = 1000

/** Words that are not shown are deleted after so many months without news; those that are shown stay until taken back. */
export const TESTIMONIAL_MONTHS = 12

type Named = { given_name: string; family_name: string }

const FIRST = /^\p{L}\p{M}*/u
const initial = (name: string): string => FIRST.exec(name.trim())?.[0].toLocaleUpperCase('fr') ?? ''

/** '' without a name; « L. M. » for initials. */
export function nameShown({ given_name, family_name }: Named, signature: Signature): string {
  if (signature === 'none') return ''
  if (signature === 'given') return given_name.trim()
  return [given_name, family_name]
    .map(initial)
    .filter(Boolean)
    .map((one) => `${one}.`)
    .join(' ')
}
