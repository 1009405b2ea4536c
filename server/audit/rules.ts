// SPDX-License-Identifier: AGPL-3.0-or-later
// Which facts say that somebody saw, took home or changed what is known of people?
import { DAY, HOUR } from '../base/clock.ts'

/** Somebody opened the page of another person, one of their applications, or their hours. */
export const OPENED = 'record.opened'
export const OPENABLE = ['person', 'application', 'hours'] as const
export type Openable = (typeof OPENABLE)[number]

/** Who reloads a page, or goes to and fro, leaves one line an hour. */
export const QUIET = HOUR

/** As long as lines about signing in (CNIL: six to twelve months). */
export const TRAIL_KEPT = 365 * DAY

export const EXPORTS = [
  'people.exported',
  'applications.exported',
  'hours.exported',
  'mails.exported',
  'deliveries.exported',
  'trail.exported',
] as const

/** What the page of the trail shows, by kind. */
export const KINDS = {
  openings: [OPENED, 'mail.read'],
  exports: EXPORTS,
  access: [
    'person.invited',
    'person.joined',
    'person.roles_changed',
    'person.disabled',
    'person.enabled',
    'person.corrected',
    'person.email_changed',
    'person.password_changed',
    'person.password_reset',
    'person.second_factor_on',
    'person.second_factor_off',
  ],
  sign_ins: ['session.signed_in'],
} as const satisfies Record<string, readonly string[]>
export type Kind = keyof typeof KINDS

/** Openings and exports. Changes of roles are not among them: they are kept as long as the person. */
export const FORGOTTEN: readonly string[] = [...KINDS.openings, ...EXPORTS]

/** @returns the types of one kind, or of all. */
export function typesOf(kind: Kind | 'all'): readonly string[] {
  return kind === 'all' ? Object.values(KINDS).flat() : KINDS[kind]
}
