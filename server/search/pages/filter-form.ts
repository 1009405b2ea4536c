// SPDX-License-Identifier: AGPL-3.0-or-later
import { sortedByName } from '../../../db/plain.ts'
import type { ListName } from '../../../db/reference/taxonomies.ts'
import type { CardView } from './cards.ts'
import type { FacetName } from '../../model/facets.ts'
import { label } from '../../public-offer/words.ts'
import {
  codeFilters,
  CODE_FILTERS,
  LANGUAGES,
  queryOf,
  RADII,
  TICKS,
  USUAL_RADIUS,
  type Asked,
  type CodeFilter,
  type Tick,
} from '../query.ts'
import { MOST_NAMED, type Found, type Query } from '../search.ts'
import { townLabel } from '../towns.ts'

type Option = { value: string; label: string; count?: number }
export type FilterGroups = {
  radius: Option[]
  regions: Option[]
  /** Communes of the chosen département, each with its link. */
  towns: { href: string; label: string; count: number }[]
  lists: List[]
  /** Folded, because fewer people need them. */
  further: List[]
  /** One of them or all; empty when there is nothing to choose. */
  languages: Option[]
  associations: Option[]
  /** There are others than those that are named. */
  areMoreAssociations: boolean
  /** Undefined when there are none. */
  ticks: Record<Tick, number | undefined>
  isFurtherChosen: boolean
}
type List = { name: CodeFilter; options: Option[]; more: Option[] }

/** The other choices of a group are under « plus de choix ». */
const FIRST_CHOICES = 6
const ORDER: readonly CodeFilter[] = ['cause', 'activity', 'time', 'commitment', 'mode']
const FURTHER: readonly CodeFilter[] = ['day', 'part', 'beneficiary', 'spoken']
const MOST_TOWNS = 12
/** These lists keep their order; the others are sorted by number of offers. */
const IN_ORDER = new Set<CodeFilter>(['time', 'commitment', 'mode', 'day', 'part'])

export function searchForm(asked: Asked, { where, region }: Query) {
  const [town] = where.towns
  return {
    values: {
      q: asked.q,
      place: town && town.code === asked.place ? townLabel(town) : asked.place,
      radius: String(asked.radius ?? USUAL_RADIUS),
      region: region && asked.region ? region.code : asked.region,
      age: asked.age === null ? '' : String(asked.age),
      ...Object.fromEntries(TICKS.map((name) => [name, asked[name] ? 'yes' : ''])),
      language: asked.language,
      association: asked.association,
      ...Object.fromEntries(codeFilters.map((name) => [name, asked[name]])),
    },
  }
}

/** The choices of the page's other form, so that sending one form keeps the other. */
export function hiddenFields(asked: Asked, own: readonly ('q' | 'place' | 'filters')[], hasAssociations = false) {
  const fields: { name: string; value: string }[] = []
  const add = (name: string, value: string | number | null) => {
    if (value !== '' && value !== null) fields.push({ name, value: String(value) })
  }
  if (own.includes('filters')) {
    add('q', asked.q)
    add('place', asked.place)
  } else {
    add('radius', asked.radius)
    add('region', asked.region)
    for (const name of codeFilters) for (const code of asked[name]) add(name, code)
    add('age', asked.age)
    for (const name of TICKS) add(name, asked[name] ? 'yes' : '')
    add('language', asked.language)
  }
  if (!own.includes('filters') || !hasAssociations) add('association', asked.association)
  add('sort', asked.sort)
  return fields
}

export function filterGroups(view: CardView, query: Query, found: Found): FilterGroups {
  const { t } = view
  const { asked } = query
  const facets = found.facets
  const listsOf = (names: readonly CodeFilter[]) =>
    names
      .map((name) => ({ name, ...options(view, name, asked[name], facets?.[name as FacetName]) }))
      .filter((list) => list.options.length > 1 || asked[list.name].length > 0)
  const near = query.where.towns.length > 0
  const further = listsOf(FURTHER)
  return {
    radius: near
      ? RADII.map((km) => ({
          value: String(km),
          label: t('search.filter.km', { km }),
          ...(facets && { count: facets.radius.find((one) => one.km === km)?.count ?? 0 }),
        }))
      : [],
    regions: near ? [] : regions(view, query, facets),
    towns: near ? [] : towns(view, query, facets?.town ?? {}),
    lists: listsOf(ORDER),
    further,
    languages: languages(view, asked, facets?.language ?? {}),
    associations: associations(view, asked, found),
    areMoreAssociations: found.associations.length >= MOST_NAMED,
    ticks: Object.fromEntries(TICKS.map((name) => [name, facets?.[name].yes])) as FilterGroups['ticks'],
    isFurtherChosen:
      FURTHER.some((name) => asked[name].length > 0) || asked.language !== '' || asked.association !== '',
  }
}

function languages({ t }: CardView, { language }: Asked, counts: Record<string, number>): Option[] {
  if (Object.keys(counts).length < 2 && !language) return []
  const all = LANGUAGES.map((value) => ({ value, label: t(`search.language.${value}`), count: counts[value] ?? 0 }))
  return [{ value: '', label: t('search.filter.any') }, ...all]
}

/** Where it is one of several. */
function associations({ t, isCentre }: CardView, { association }: Asked, { associations: all }: Found): Option[] {
  if (!isCentre || (all.length < 2 && !association)) return []
  const known = all.map(({ uri, name, count }) => ({ value: uri, label: name, count }))
  const own = association && !known.some(({ value }) => value === association)
  return [
    { value: '', label: t('search.filter.any') },
    ...(own ? [{ value: association, label: t('search.chip.association') }] : []),
    ...known,
  ]
}

function options(view: CardView, name: CodeFilter, chosen: string[], counts?: Record<string, number>) {
  const list: ListName = CODE_FILTERS[name]
  const codes = [...view.taxonomies.list(list).map(({ code }) => code), ...chosen]
  const all = [...new Set(codes)]
    .filter((code) => !counts || counts[code] || chosen.includes(code))
    .map((code) => ({ value: code, label: label(view, list, code), ...(counts && { count: counts[code] ?? 0 }) }))
  if (!IN_ORDER.has(name)) all.sort((a, b) => (b.count ?? 0) - (a.count ?? 0))
  const first = all.filter(({ value }, at) => at < FIRST_CHOICES || chosen.includes(value))
  return { options: first, more: all.filter((option) => !first.includes(option)) }
}

/** The regions, and under the chosen one its départements or MRC. */
function regions(view: CardView, { region }: Query, facets: Found['facets']): Option[] {
  const counts = facets?.region ?? {}
  const codes = Object.keys(counts)
  if (codes.length < 2 && !region) return []
  const nameOf = (code: string) => view.places.area(code)?.name ?? code
  const within = region?.kind === 'region' ? region.code : region?.parent
  const labelled = (options: Option[]) => sortedByName(options, ({ label }) => label)
  const parts = labelled(
    Object.entries(facets?.department ?? {})
      .filter(([code]) => view.places.area(code)?.parent === within)
      .map(([value, count]) => ({ value, label: view.t('search.filter.within', { name: nameOf(value), count }) })),
  )
  const own = region && parts.length === 0 ? [region.code] : []
  const areas = [...new Set([...codes, ...(within ? [within] : []), ...own])]
  return labelled(areas.map((code) => ({ value: code, label: nameOf(code) }))).flatMap((one) =>
    one.value === within ? [one, ...parts] : [one],
  )
}

function towns({ places }: CardView, { asked }: Query, counts: Record<string, number>): FilterGroups['towns'] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_TOWNS)
    .flatMap(([code, count]) => {
      const town = places.find(code)
      const href = `/offers${queryOf(asked, { place: code, radius: 1, region: '' })}`
      return town ? [{ href, label: town.name, count }] : []
    })
}
