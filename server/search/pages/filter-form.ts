// SPDX-License-Identifier: AGPL-3.0-or-later
import { sortedByName } from '../../../db/plain.ts'
import type { ListName } from '../../../db/reference/taxonomies.ts'
import type { CardView } from './cards.ts'
import type { FacetName } from '../../model/facets.ts'
import { label } from '../../public-offer/words.ts'
import { codeFilters, CODE_FILTERS, RADII, USUAL_RADIUS, type Asked, type CodeFilter } from '../query.ts'
import type { Found, Query } from '../search.ts'
import { townLabel } from '../towns.ts'

type Option = { value: string; label: string; count?: number }
export type FilterGroups = {
  radius: Option[]
  regions: Option[]
  lists: { name: CodeFilter; options: Option[]; more: Option[] }[]
  /** Undefined when there are none. */
  accessible: number | undefined
  group: number | undefined
}

/** The other choices of a group are under « plus de choix ». */
const FIRST_CHOICES = 6
const ORDER: readonly CodeFilter[] = ['cause', 'activity', 'time', 'commitment', 'mode', 'beneficiary']
/** These lists keep their order; the others are sorted by number of offers. */
const IN_ORDER = new Set<CodeFilter>(['time', 'commitment', 'mode'])

export function searchForm(asked: Asked, { where, region }: Query) {
  const [town] = where.towns
  return {
    values: {
      q: asked.q,
      place: town && town.code === asked.place ? townLabel(town) : asked.place,
      radius: String(asked.radius ?? USUAL_RADIUS),
      region: region && asked.region ? region.code : asked.region,
      age: asked.age === null ? '' : String(asked.age),
      accessible: asked.accessible ? 'yes' : '',
      group: asked.group ? 'yes' : '',
      ...Object.fromEntries(codeFilters.map((name) => [name, asked[name]])),
    },
  }
}

/** The choices of the page's other form, so that sending one form keeps the other. */
export function hiddenFields(asked: Asked, own: readonly ('q' | 'place' | 'filters')[]) {
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
    add('accessible', asked.accessible ? 'yes' : '')
    add('group', asked.group ? 'yes' : '')
  }
  add('association', asked.association)
  add('sort', asked.sort)
  return fields
}

export function filterGroups(view: CardView, query: Query, found: Found): FilterGroups {
  const { t } = view
  const { asked } = query
  const facets = found.facets
  const lists = ORDER.map((name) => ({ name, ...options(view, name, asked[name], facets?.[name as FacetName]) }))
  const near = query.where.towns.length > 0
  return {
    radius: near
      ? RADII.map((km) => ({
          value: String(km),
          label: t('search.filter.km', { km }),
          ...(facets && { count: facets.radius.find((one) => one.km === km)?.count ?? 0 }),
        }))
      : [],
    regions: near ? [] : regions(view, query, facets?.region ?? {}),
    lists: lists.filter((list) => list.options.length > 1 || asked[list.name].length > 0),
    accessible: facets?.accessible.yes,
    group: facets?.group.yes,
  }
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

function regions(view: CardView, { region }: Query, counts: Record<string, number>): Option[] {
  const codes = Object.keys(counts)
  if (codes.length < 2 && !region) return []
  const areas = [...new Set(region ? [...codes, region.code] : codes)]
  const options = areas.map((code) => ({ value: code, label: view.places.area(code)?.name ?? code }))
  return sortedByName(options, ({ label }) => label)
}
