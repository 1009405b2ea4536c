// SPDX-License-Identifier: AGPL-3.0-or-later
// What does the address of a search ask for? Nothing in it can be wrong enough to fail: what we do not understand is
// left aside and said so.
import { cut } from '../base/cut.ts'
import type { ListName, Taxonomies } from '../../db/reference/taxonomies.ts'
import { wholeNumber } from '../web/paging.ts'
import type { Sort } from '../offer-search/query.ts'

export const CODE_FILTERS = {
  cause: 'cause',
  activity: 'activity',
  commitment: 'commitment',
  time: 'time',
  mode: 'work_mode',
  beneficiary: 'beneficiary',
  spoken: 'work_language',
  day: 'weekday',
  part: 'part_of_day',
} as const satisfies Record<string, ListName>
/** Ticked or not: « yes » in the address. */
export const TICKS = ['accessible', 'group', 'easy', 'soon'] as const
export type Tick = (typeof TICKS)[number]
export const LANGUAGES = ['fr', 'en'] as const
export type CodeFilter = keyof typeof CODE_FILTERS
export const codeFilters = Object.keys(CODE_FILTERS) as CodeFilter[]

export const SORTS = ['relevance', 'distance', 'newest', 'ending'] as const satisfies readonly Sort[]
/** Kilometres proposed in the form; any whole number up to LARGEST_RADIUS is accepted. */
export const RADII = [5, 10, 20, 50] as const
export const USUAL_RADIUS = 20
export const LARGEST_RADIUS = 300

export type Asked = Record<CodeFilter, string[]> &
  Record<Tick, boolean> & {
    q: string
    place: string
    radius: number | null
    region: string
    age: number | null
    /** Of the offer’s text; '' for any. */
    language: '' | (typeof LANGUAGES)[number]
    association: string
    sort: Sort | null
    page: number
  }
export type Ignored = { name: string; value: string }

/** @param query as Express gives it: strings, or lists of strings for repeated names. */
export function readAsked(query: unknown, taxonomies: Taxonomies): { asked: Asked; ignored: Ignored[] } {
  const given = (query ?? {}) as Record<string, unknown>
  const ignored: Ignored[] = []
  const values = (name: string) =>
    (Array.isArray(given[name]) ? given[name] : [given[name]])
      .filter((value): value is string => typeof value === 'string')
      .map(tidy)
      .filter(Boolean)
  const aside = (name: string, value: string) => void ignored.push({ name, value: cut(value, 60) })
  const one = (name: string, most: number) => cut(values(name)[0] ?? '', most)
  /** Of an actor; anything else is nobody. */
  const address = (name: string, most: number) => {
    const typed = one(name, most)
    if (typed === '' || /^https?:\/\/./i.test(typed)) return typed
    aside(name, typed)
    return ''
  }
  const number = (name: string, low: number, high: number) => {
    const [typed, ...others] = new Set(values(name))
    if (typed === undefined) return null
    const found = wholeNumber(typed.slice(0, 400).replace(/(?<! ) *(?:km|ans)$/i, ''), low, high)
    if (found !== undefined && others.length === 0) return found
    aside(name, [typed, ...others].join(', '))
    return null
  }
  const yes = (name: string) => {
    const [typed] = values(name)
    if (typed === undefined || /^(0|no|non|false|off)$/i.test(typed)) return false
    if (/^(1|yes|oui|true|on)$/i.test(typed)) return true
    aside(name, typed)
    return false
  }
  const language = () => {
    const typed = one('language', 60)
    const known = LANGUAGES.find((name) => name === typed.toLowerCase())
    if (typed !== '' && known === undefined) aside('language', typed)
    return known ?? ''
  }
  const codes = (name: CodeFilter) => {
    const all = [...new Set(values(name).flatMap((value) => value.split(',').map(tidy).filter(Boolean)))].slice(0, 50)
    return all.filter((code) => taxonomies.has(CODE_FILTERS[name], code) || aside(name, code))
  }
  const [sort] = values('sort')
  const known = SORTS.find((name) => name === sort)
  if (sort !== undefined && known === undefined) aside('sort', sort)
  const asked: Asked = {
    q: one('q', 200),
    place: one('place', 300),
    radius: number('radius', 1, LARGEST_RADIUS),
    region: one('region', 80),
    cause: codes('cause'),
    activity: codes('activity'),
    commitment: codes('commitment'),
    time: codes('time'),
    mode: codes('mode'),
    beneficiary: codes('beneficiary'),
    spoken: codes('spoken'),
    day: codes('day'),
    part: codes('part'),
    age: number('age', 0, 120),
    accessible: yes('accessible'),
    group: yes('group'),
    easy: yes('easy'),
    soon: yes('soon'),
    language: language(),
    association: address('association', 300),
    sort: known ?? null,
    page: number('page', 1, 1_000_000) ?? 1,
  }
  return { asked, ignored }
}

/** What a query string asks for, as `queryOf` writes it. Nothing in it is wrong enough to fail. */
export function readQueryText(text: string, taxonomies: Taxonomies): { asked: Asked; ignored: Ignored[] } {
  const values: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(text.replace(/^\?/, '')))
    if (!(name in values) || Object.hasOwn(values, name)) (values[name] ??= []).push(value)
  return readAsked(values, taxonomies)
}

function tidy(value: string): string {
  // Control characters have no meaning in a search, and a lone surrogate cannot be written into a URL.
  const words = value.toWellFormed()
  // eslint-disable-next-line no-control-regex
  return words.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim()
}

/** The query string: names in a fixed order, no empty values, no page 1. */
export function queryOf(asked: Asked, changes: Partial<Asked> = {}): string {
  const next = { ...asked, page: 1, ...changes }
  const parts = new URLSearchParams()
  const add = (name: string, value: string | number | null) => {
    if (value !== '' && value !== null) parts.append(name, String(value))
  }
  add('q', next.q)
  add('place', next.place)
  add('radius', next.radius)
  add('region', next.region)
  for (const name of codeFilters) for (const code of next[name]) add(name, code)
  add('age', next.age)
  for (const name of TICKS) add(name, next[name] ? 'yes' : '')
  add('language', next.language)
  add('association', next.association)
  add('sort', next.sort)
  add('page', next.page > 1 ? next.page : null)
  const text = parts.toString()
  return text && `?${text}`
}

/** The sort order and the page do not count. */
export function asksNothing(asked: Asked): boolean {
  return queryOf(asked, { sort: null }) === ''
}
