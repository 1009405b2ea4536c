// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MailName } from '../text/message-keys.ts'

/**
 * Mails that answer what the addressee did themselves, or that keep their account safe: they leave also when the use of
 * the addressee's data is restricted (GDPR, art. 18.2). The others do not.
 */
export const IS_ANSWER: Record<MailName, boolean> = {
  'accounts/email-change': true,
  'accounts/email-changed': true,
  'accounts/email-leave': true,
  'accounts/erasure': true,
  'accounts/inactive': false,
  'accounts/invitation': false,
  'accounts/password-changed': true,
  'accounts/password-reset': true,
  'accounts/second-factor-off': true,
  'accounts/second-factor-on': true,
  'accounts/sign-in-link': true,
  'alerts/confirm': true,
  'alerts/digest': false,
  'alerts/ending': false,
  'applications/accepted': true,
  'applications/after': false,
  'applications/arrived': false,
  'applications/attendance': false,
  'applications/before': true,
  'applications/call': false,
  'applications/cancelled': true,
  'applications/changed': true,
  'applications/closed': true,
  'applications/confirm': true,
  'applications/consent': false,
  'applications/declined': true,
  'applications/guardian': false,
  'applications/joined': false,
  'applications/known': true,
  'applications/lapsed': true,
  'applications/message': true,
  'applications/own': true,
  'applications/place': true,
  'applications/received': true,
  'applications/reminder': false,
  'applications/silent': true,
  'applications/testimonial': false,
  'applications/thanks': false,
  'applications/unconfirmed': true,
  'applications/undelivered': false,
  'applications/waitlisted': true,
  'applications/withdrawn': false,
  'applications/wrote': false,
  'enquiries/accepted': true,
  'enquiries/answer': true,
  'enquiries/arrived': false,
  'enquiries/confirm': true,
  'enquiries/known': true,
  'enquiries/passing': false,
  'enquiries/proposal': false,
  'enquiries/received': true,
  'help/answer': true,
  'help/asked': false,
  'hours/returned': false,
  'cec/march': false,
  'hours/link': false,
  'hours/waiting': false,
  'moderation/received': false,
  'moderation/waiting': false,
  'notices/gathered': false,
  'offers/decided': false,
  'offers/ending': false,
  'offers/invitation': false,
  'offers/forwarded': false,
  'offers/reopening': false,
  'partners/declined': false,
  'partners/ended': false,
  'partners/joined': false,
  'partners/received': false,
  'people/undelivered': false,
  'privacy/answered': true,
  'privacy/asked': false,
  'privacy/lifting': true,
  'privacy/received': true,
  'reports/decided': true,
  'reports/received': false,
}

/** Of the others, what somebody waits for at that moment: the person was told that it comes. */
const IS_AWAITED = new Set<MailName>(['accounts/invitation', 'offers/forwarded'])

/** Whether it leaves at night too. */
export const mayWake = (template: MailName): boolean => IS_ANSWER[template] || IS_AWAITED.has(template)

/** Whoever is addressed is not known here: of these mails nothing is kept once they are sent, or cannot be. */
export const FORGOTTEN: readonly MailName[] = ['offers/forwarded']
