// SPDX-License-Identifier: AGPL-3.0-or-later
import { DAY, HOUR } from '../base/clock.ts'

export const OPENED = 'record.opened'
export const OPENABLE = ['person', 'application', 'enquiry', 'help', 'report', 'hours'] as const
export type Openable = (typeof OPENABLE)[number]

/** Opening data of the same person again within one hour adds no line. */
export const QUIET = HOUR

/** As long as the log of sign-ins (CNIL: six to twelve months). */
export const TRAIL_KEPT = 365 * DAY

export const EXPORTS = [
  'people.exported',
  'applications.exported',
  'enquiries.exported',
  'hours.exported',
  'cec.exported',
  'trips.exported',
  'mails.exported',
  'deliveries.exported',
  'trail.exported',
] as const

export const KINDS = {
  openings: [OPENED, 'mail.read'],
  exports: EXPORTS,
  access: [
    'person.invited',
    'person.added',
    'person.joined',
    'person.roles_changed',
    'person.team_joined',
    'person.team_left',
    'role.saved',
    'role.removed',
    'person.disabled',
    'person.erased',
    'person.enabled',
    'person.corrected',
    'person.noted',
    'person.email_changed',
    'person.password_changed',
    'person.password_reset',
    'person.second_factor_on',
    'person.second_factor_off',
  ],
  sign_ins: ['session.signed_in'],
  privacy: [
    'incident.noted',
    'incident.changed',
    'consent.given',
    'consent.withdrawn',
    'request.received',
    'request.answered',
    'restriction.began',
    'restriction.lifting',
    'restriction.ended',
  ],
  figures: ['affiliation.exact_sums_agreed', 'affiliation.exact_sums_ended'],
  rates: ['hours.rate_added', 'hours.rate_replaced', 'hours.rate_withdrawn'],
  imports: ['import.taken', 'import.undone'],
  attestations: ['attestation.issued', 'attestation.withdrawn'],
  cec: ['cec.told', 'cec.declared', 'cec.validated', 'cec.refused', 'cec.reopened'],
  years: [
    'hours.year_closing',
    'hours.year_closing_stopped',
    'hours.year_closed',
    'hours.year_posted',
    'hours.year_reopened',
  ],
} as const satisfies Record<string, readonly string[]>
export type Kind = keyof typeof KINDS

/** Deleted after TRAIL_KEPT. Changes of roles are not among them, because they are kept as long as the person. */
export const FORGOTTEN: readonly string[] = [...KINDS.openings, ...EXPORTS]

export function typesOf(kind: Kind | 'all'): readonly string[] {
  return kind === 'all' ? Object.values(KINDS).flat() : KINDS[kind]
}
