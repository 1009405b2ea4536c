// SPDX-License-Identifier: AGPL-3.0-or-later
import { REPORT_MONTHS, REPORT_REASONS } from '../../model/report.ts'
import type { ShownOffer } from '../../search/shown-offer.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel, Site } from '../../text/render.ts'
import { TRAP } from '../../web/fields.ts'
import type { Form } from '../../web/forms.ts'

const offerOf = (t: Translator, { content, publicId }: ShownOffer) => ({
  title: t.text(content.title).text,
  back: `/offers/${publicId}`,
})

/** Who reads it is said first: at a centre, the association does not. */
export function reportPage(t: Translator, site: Site, offer: ShownOffer, form: Form): PageModel {
  return {
    title: t('reports.ask.title'),
    robots: 'noindex',
    form,
    trap: TRAP,
    months: REPORT_MONTHS,
    offer: offerOf(t, offer),
    who: offer.association.name,
    action: `/offers/${offer.publicId}/report`,
    readBy: t(offer.origin === 'home' ? 'reports.ask.read_home' : 'reports.ask.read_centre', {
      name: String(site.name),
    }),
    reasons: REPORT_REASONS.map((value) => ({ value, label: t(`reports.reason.${value}`) })),
  }
}

export function sentPage(t: Translator, offer: ShownOffer, sent: string): PageModel {
  return {
    title: t('reports.sent.title'),
    robots: 'noindex',
    offer: offerOf(t, offer),
    next: t(sent === 'contact' ? 'reports.sent.contact' : 'reports.sent.no_contact'),
  }
}
