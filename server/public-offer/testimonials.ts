// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PublicTestimonial } from '../../db/queries/testimonials.ts'
import type { TextMap } from '../model/offer/content.ts'
import type { Translator } from '../text/i18n.ts'

/**
 * As the partial `testimonial` shows it.
 * @param titled with the offer it is about, where that is not said already, and only when that offer is for all.
 */
export function testimonialOf(t: Translator, row: PublicTestimonial, titled: boolean) {
  return {
    words: { text: row.words, lang: row.locale.slice(0, 2) },
    name: row.shown_name,
    title: titled && row.visibility === 'public' ? t.text(JSON.parse(row.title) as TextMap) : '',
  }
}
