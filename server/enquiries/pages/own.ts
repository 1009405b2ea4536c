// SPDX-License-Identifier: AGPL-3.0-or-later
import type { EnquiryMessage, EnquiryRow } from '../../../db/queries/enquiries.ts'
import { ENQUIRY_MONTHS } from '../../model/enquiry.ts'
import type { Wording } from '../../public-offer/words.ts'
import type { Site, PageModel } from '../../text/render.ts'
import type { Form } from '../../web/forms.ts'
import { stateOf } from './words.ts'
import { wishOptions } from './form.ts'

type Own = { wording: Wording; site: Site; enquiry: EnquiryRow; base: string }

export function confirmPage({ wording: { t }, enquiry, base }: Own): PageModel {
  return {
    title: t('enquiries.confirm.title'),
    robots: 'noindex',
    given: enquiry.given_name,
    action: `${base}/confirmation`,
    withdrawal: `${base}/withdrawal`,
  }
}

export function ownPage({ wording, site, enquiry, base }: Own, messages: EnquiryMessage[], form: Form): PageModel {
  const { t } = wording
  return {
    title: t('enquiries.own.title'),
    robots: 'noindex',
    form,
    base,
    given: enquiry.given_name,
    state: stateOf(enquiry, t),
    next: t(`enquiries.own.next.${enquiry.state === 'unconfirmed' ? 'new' : enquiry.state}`),
    options: wishOptions(wording, site),
    months: ENQUIRY_MONTHS,
    messages: messages.map(({ kind, body, about, title, sent_at, accepted_at }) => ({
      heading: t(kind === 'passed_on' && accepted_at ? 'enquiries.own.accepted' : `enquiries.own.${kind}`, { title }),
      // What the team writes to a member is not for the person.
      body: kind === 'passed_on' ? '' : body,
      href: kind === 'proposal' ? `/offers/${about}` : null,
      title,
      at: sent_at,
    })),
  }
}

export const withdrawPage = ({ wording: { t }, base }: Own): PageModel => ({
  title: t('enquiries.withdraw.title'),
  robots: 'noindex',
  question: t('enquiries.withdraw.title'),
  text: t('enquiries.withdraw.text'),
  action: `${base}/withdrawal`,
  button: t('enquiries.withdraw.button'),
  back: base,
})
