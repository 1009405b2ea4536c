// SPDX-License-Identifier: AGPL-3.0-or-later
// Models of offers to start from, in the words of the trade, for sites that have none of their own yet.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import type { TermLocale } from './taxonomies.ts'

type Words<T = string> = { readonly fr: T; readonly 'fr-CA'?: T; readonly en: T }
type Starter = {
  readonly code: string
  readonly title: Words
  readonly summary: Words
  readonly context: Words
  readonly tasks: Words<string[]>
  readonly profile: Words
  readonly support?: Words
  readonly practical?: Words
  /** Fields that are codes and numbers. */
  readonly codes: Partial<OfferContent>
}
export type StartingPoint = { id: string; name: string; content: OfferContent }

const TEXTS = ['title', 'summary', 'context', 'tasks', 'profile', 'support', 'practical'] as const
/** Ids of models that the instance keeps are UUIDs. */
const idOf = (code: string) => `starter-${code}`

let starters: readonly Starter[] | undefined
const load = () =>
  (starters ??= JSON.parse(readFileSync(join(import.meta.dirname, 'offer-templates.json'), 'utf8')) as Starter[])

const said = <T>(words: Words<T>, locale: TermLocale): T =>
  (locale === 'fr-CA' ? words['fr-CA'] : undefined) ?? (locale === 'en' ? words.en : words.fr)

/** @param locale of the association: the texts are in its language only. */
export function listStarters(locale: TermLocale): StartingPoint[] {
  return load().map((starter) => toStart(starter, locale))
}

export function findStarter(id: string, locale: TermLocale): StartingPoint | undefined {
  const starter = load().find(({ code }) => idOf(code) === id)
  return starter && toStart(starter, locale)
}

function toStart(starter: Starter, locale: TermLocale): StartingPoint {
  const language = locale === 'en' ? 'en' : 'fr'
  const texts = TEXTS.flatMap((name) => {
    const words: Words<unknown> | undefined = starter[name]
    return words ? [[name, { [language]: said(words, locale) }] as const] : []
  })
  const content = { ...emptyContent(), ...starter.codes, ...Object.fromEntries(texts), language: [language] }
  return { id: idOf(starter.code), name: said(starter.title, locale), content: content as OfferContent }
}
