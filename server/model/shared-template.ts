// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre says in a model of an offer, and how it is written in `/templates.json`.
import type { OfferContent } from './offer/content.ts'
import { emptyContent, type FieldName } from './offer/fields.ts'

export const TEMPLATE_NAME_LONGEST = 80
/** One page shows them all. */
export const MOST_SHARED = 20
/** Bytes of the whole document. */
export const MOST_SHARED_BYTES = 200_000

export const SHARED_TEMPLATES_PATH = '/templates.json'

/** Fields of an offer that a model has; days, places and people are those of each offer. */
export const SHARED_TEXTS = ['title', 'summary', 'context', 'profile', 'support', 'practical'] as const
export const SHARED_CODES = ['causes', 'activities', 'requirements'] as const
export const SHARED_FIELDS = [
  ...SHARED_TEXTS,
  'tasks',
  ...SHARED_CODES,
  'commitment',
] as const satisfies readonly FieldName[]

export type SharedContent = Pick<OfferContent, (typeof SHARED_FIELDS)[number]>
export type SharedDocument = { templates: { id: string; name: string; updated_at: string; content: SharedContent }[] }

type Template = { id: string; name: string; updated_at: string; content: OfferContent }

export function sharedDocument(templates: readonly Template[]): SharedDocument {
  return {
    templates: templates.map(({ id, name, updated_at, content }) => ({
      id,
      name,
      updated_at,
      content: Object.fromEntries(SHARED_FIELDS.map((field) => [field, content[field]])) as SharedContent,
    })),
  }
}

/** The rest of the content is that of a new offer. */
export function fromShared(content: SharedContent): OfferContent {
  const languages = (['fr', 'en'] as const).filter((one) => content.title[one])
  return { ...emptyContent(), ...content, language: languages }
}
