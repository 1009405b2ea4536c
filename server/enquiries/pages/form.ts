// SPDX-License-Identifier: AGPL-3.0-or-later
import type { EnquiryRow } from '../../../db/queries/enquiries.ts'
import type { PersonRow } from '../../../db/queries/people.ts'
import type { Site, PageModel } from '../../text/render.ts'
import type { Wording } from '../../public-offer/words.ts'
import { label } from '../../public-offer/words.ts'
import { capital, withArticle } from '../../text/wording.ts'
import { compareNames } from '../../../db/plain.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { namesOf } from '../../web/names.ts'
import { ENQUIRY_MONTHS } from '../../model/enquiry.ts'
import { TRAP } from '../../web/fields.ts'

/** What stands beside the box, and is kept as the proof of the consent. */
export const agreementText = ({ t }: Wording, site: Site): string =>
  t('enquiries.field.agreed', { centre: withArticle(site.name, t.locale) })

/** The choices of both forms: the first one, and the person's own page. */
export function wishOptions(wording: Wording, site: Site) {
  const of = (list: 'cause' | 'weekday' | 'part_of_day') =>
    wording.taxonomies.list(list).map(({ code }) => ({ value: code, label: label(wording, list, code) }))
  return {
    causes: of('cause').toSorted((a, b) => compareNames(a.label, b.label)),
    days: of('weekday'),
    parts: of('part_of_day'),
    isCentre: site.kind !== 'association',
    agreement: agreementText(wording, site),
  }
}

export function newPage(wording: Wording, site: Site, form: Form): PageModel {
  const { t } = wording
  return {
    title: t('enquiries.new.title'),
    form,
    trap: TRAP,
    lead: t(site.kind === 'association' ? 'enquiries.new.lead' : 'enquiries.new.lead_centre', {
      name: capital(withArticle(site.name, t.locale)),
    }),
    months: ENQUIRY_MONTHS,
    options: wishOptions(wording, site),
  }
}

/** @param place the town of the search from which somebody comes. */
export function knownForm(person: PersonRow | undefined, place: string, formId: string): Form {
  const own = person ? { ...namesOf(person), email: person.email, phone: person.phone } : {}
  return emptyForm({ ...own, place, form_id: formId })
}

export const ownForm = (enquiry: EnquiryRow): Form =>
  emptyForm({
    wishes: enquiry.wishes,
    causes: enquiry.causes,
    days: enquiry.days,
    parts: enquiry.parts,
    place: enquiry.place_name,
    phone: enquiry.phone,
    call_hours: enquiry.call_hours,
    ...(enquiry.call_back === 1 && { call_back: 'on' }),
    ...(enquiry.agreed_at !== null && { agreed: 'on' }),
  })
