// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReadTestimonial } from '../../../db/queries/testimonials.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import type { TextMap } from '../../model/offer/content.ts'
import { TESTIMONIAL_LENGTH, TESTIMONIAL_STATES, type TestimonialState } from '../../model/testimonial.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel } from '../../text/render.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { countInWords, pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'
import type { HomeOffer } from '../offer.ts'
import { testimonialPath, type Testimony } from '../testimonial.ts'
import { offerOf } from './parts.ts'

type Setting = Testimony & { deps: Deps; offer: HomeOffer; token: string; association: string; t: Translator }

const LOOK: Record<TestimonialState, string> = { waiting: 'wait', shown: 'ok', hidden: '', private: '' }
const stateOf = (t: Translator, state: TestimonialState) => ({
  kind: LOOK[state],
  label: t(`applications.testimonial.state.${state}`),
})

/** What the person agrees to, as it stands on the page. */
export const consentOf = ({ t, association }: Pick<Setting, 't' | 'association'>): string =>
  t('applications.testimonial.consent', { association })

/** @param form what was typed and not taken. */
export function testimonialPage(
  { deps, written, mayWrite, names, offer, token, association, t }: Setting,
  form?: Form,
) {
  const known = written && {
    words: written.words,
    signature: written.signature,
    consent: written.state === 'private' ? '' : 'on',
  }
  return {
    title: t('applications.testimonial.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    association,
    form: form ?? emptyForm(known ?? {}),
    action: mayWrite ? testimonialPath(token) : null,
    length: TESTIMONIAL_LENGTH,
    names: names.map(({ signature, name }) => ({
      value: signature,
      label: name === '' ? t('applications.testimonial.signature.none') : name,
    })),
    consent: consentOf({ t, association }),
    isNameless: names.length === 1,
    written: written
      ? {
          state: stateOf(t, written.state),
          words: { text: written.words, lang: written.locale.slice(0, 2) },
          name: written.shown_name,
          text: t(`applications.testimonial.now.${written.state}`, { association }),
          isOpen: form !== undefined,
          removal: `${testimonialPath(token)}/removal`,
        }
      : null,
  }
}

export function takeBackPage({ deps, offer, token, association, t }: Setting) {
  return {
    title: t('applications.testimonial.removal.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    action: `${testimonialPath(token)}/removal`,
    back: testimonialPath(token),
  }
}

export const TESTIMONIALS = '/work/testimonials'
const hrefOf = (show: TestimonialState, place: Place = {}) =>
  addressWith(TESTIMONIALS, { show: show === 'waiting' ? '' : show, ...place })

const titleIn = (t: Translator, title: string) => t.text(JSON.parse(title) as TextMap)

export function testimonialsPage(
  t: Translator,
  show: TestimonialState,
  page: RowsPage<ReadTestimonial>,
  count: number,
): PageModel {
  return {
    title: t('applications.testimonials.title'),
    robots: 'noindex',
    form: emptyForm({ show }),
    shows: TESTIMONIAL_STATES.map((value) => ({ value, label: t(`applications.testimonials.filter.${value}`) })),
    show,
    count: countInWords(t, 'applications.testimonials.count', count),
    items: page.rows.map((row) => ({
      id: row.id,
      version: row.version,
      words: { text: row.words, lang: row.locale.slice(0, 2) },
      name: row.shown_name,
      who: fullName(row),
      title: titleIn(t, row.title),
      applicationHref: `/work/applications/${row.application_id}`,
      day: t.date(row.updated_at, 'short'),
      mayShow: row.state === 'waiting' || row.state === 'hidden',
      mayHide: row.state === 'waiting' || row.state === 'shown',
    })),
    empty: t(show === 'waiting' ? 'applications.testimonials.nothing_waits' : 'applications.testimonials.none'),
    allHref: show === 'waiting' ? null : TESTIMONIALS,
    pager: pagerByRow(page, (place) => hrefOf(show, place)),
  }
}
