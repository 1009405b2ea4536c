// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import { FIELDS } from '../model/offer/fields.ts'
import { tasks } from '../offers/forms.ts'
import { SHARED_TEXTS, TEMPLATE_NAME_LONGEST, type SharedContent } from '../model/shared-template.ts'
import { code, codes, codeWhere, lines, optionalLines, optionalText, text, tick } from '../web/fields.ts'
import { TRUST_LEVELS } from '../model/relation.ts'

export const askForm = z.object({ address: text(300, 'partners.ask.address_missing'), anyway: tick })

export const followForm = z.object({ address: text(300, 'partners.follow.address_missing') })

/** Characters; the same limit as for a reason that we receive. */
const WORDS = 1000

export const refusalForm = z.object({ reason: lines(WORDS, 'partners.refuse.reason_missing') })

export const pauseForm = z.object({ reason: lines(WORDS, 'partners.pause.reason_missing') })

export const endForm = z.object({ reason: optionalLines(WORDS) })

export const trustForm = z.object({ trust: code(TRUST_LEVELS, 'partners.trust.missing') })

/** A model of an offer that a centre writes for its members. */
export const sharedForm = (taxonomies: Taxonomies) => {
  const some = (name: 'cause' | 'activity' | 'requirement', most: number) =>
    codes((code) => taxonomies.has(name, code), 'partners.templates.error.codes', 0, most)
  return z.object({
    name: text(TEMPLATE_NAME_LONGEST, 'offers.templates.name_missing'),
    title: text(FIELDS.title.longest, 'partners.templates.error.title'),
    summary: optionalLines(FIELDS.summary.longest),
    context: optionalLines(FIELDS.context.longest),
    tasks,
    profile: optionalLines(FIELDS.profile.longest),
    support: optionalLines(FIELDS.support.longest),
    practical: optionalLines(FIELDS.practical.longest),
    causes: some('cause', FIELDS.causes.most),
    activities: some('activity', FIELDS.activities.most),
    requirements: some('requirement', FIELDS.requirements.most),
    commitment: z.preprocess(
      (value) => value ?? '',
      codeWhere((one) => one === '' || taxonomies.has('commitment', one), 'partners.templates.error.commitment'),
    ),
    form_id: optionalText(64),
    version: optionalText(40),
  })
}

/** @param language in which it is written. */
export function contentOf(typed: z.output<ReturnType<typeof sharedForm>>, language: 'fr' | 'en'): SharedContent {
  const texts = SHARED_TEXTS.map((name) => [name, typed[name] === '' ? {} : { [language]: typed[name] }])
  const { tasks: lines, causes, activities, requirements, commitment } = typed
  return {
    ...(Object.fromEntries(texts) as Pick<SharedContent, (typeof SHARED_TEXTS)[number]>),
    tasks: lines.length > 0 ? { [language]: lines } : {},
    causes,
    activities,
    requirements,
    commitment,
  }
}
