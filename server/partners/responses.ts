// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { countAffiliations, listAffiliationIds, listAffiliationLines } from '../../db/queries/affiliations.ts'
import { listMemberSectors } from '../../db/queries/public-figures.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { listOtherCentres } from '../../db/queries/fed-actors.ts'
import type { Deps } from '../deps.ts'
import { heldBy } from '../public-offer/territory.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { query } from '../web/handler.ts'
import { pageOf } from '../web/paging.ts'
import { readSearch, type Search } from '../web/searches.ts'
import { listAddress, MEMBER_STATES, PAGE_OF, sectionOf, type MemberFilter } from './pages/relations.ts'
import { canAsk, canFollow } from '../model/relation-policy.ts'
import { PARTNER_KINDS, type PartnerIs } from '../model/relation.ts'

type Forms = { asking?: Form; following?: Form; searching?: Form }

export async function showList(deps: Deps, req: Request, res: Response, forms: Forms = {}): Promise<void> {
  const search = readSearch(req, 'partners')
  const sectors = await listMemberSectors(deps.db)
  const filter = filterIn(req, sectors)
  const counts = await countAffiliations(deps.db, search.words, filter)
  const model = {
    asking: emptyForm(),
    following: emptyForm(),
    searching: emptyForm({ q: search.words }),
    ...forms,
    ...searchOf(req, search, [...counts.values()], filter),
    ...filtersOf(deps, req, filter, sectors, counts.get('member')?.all ?? 0),
    ...partsOf(deps, req, (is) => counts.get(is)?.all ?? 0),
    ...(await sectionsOf(deps, req, { ...search, filter }, (is) => counts.get(is)?.found ?? 0)),
    requests: counts.get('member')?.requested ?? 0,
    near: await nearCentres(deps),
    isElsewhere: forms.asking?.errors['address'] === 'partners.ask.elsewhere',
  }
  await res.page('partners/index', model, Object.keys(forms).length > 0 ? 422 : 200)
}

/** Known centres whose territory holds our town. */
async function nearCentres({ db, places }: Deps) {
  const { place_code: code, place_name: name, kind } = await getAssociation(db)
  if (!code || kind === 'centre') return []
  const here = { work_mode: 'on_site' as const, places: [{ code, name }] }
  const known = await listOtherCentres(db)
  return known
    .filter(({ territory }) => heldBy(places, territory, here).is === 'inside')
    .map(({ name: centre, url }) => ({ name: centre, url }))
}

/** What an address asks for; what is not known is left out. */
export function filterIn(req: Request, sectors: readonly { code: string }[]): MemberFilter {
  const state = MEMBER_STATES.find((one) => one === query(req, 'state')) ?? ''
  return { state, sector: sectors.find(({ code }) => code === query(req, 'sector'))?.code ?? '' }
}

/** Beside a list that is worth it; a chosen filter can always be taken off. */
function filtersOf(
  { taxonomies }: Deps,
  { t }: Request,
  filter: MemberFilter,
  sectors: readonly { code: string }[],
  all: number,
) {
  const isNarrowed = filter.state !== '' || filter.sector !== ''
  const known = sectors.filter(({ code }) => taxonomies.has('cause', code))
  return {
    isNarrowed,
    filters:
      all < LEAST_FILTERED && !isNarrowed
        ? null
        : {
            form: emptyForm(filter),
            states: MEMBER_STATES.map((value) => ({ value, label: t(`partners.filter.state.${value}`) })),
            sectors: known.map(({ code }) => ({ value: code, label: taxonomies.label('cause', code, t.locale) })),
          },
  }
}

/** Fewer are seen at a glance. */
const LEAST_FILTERED = 5

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

/** A list that fits on one page has no search. */
function searchOf({ t }: Request, search: Search, counts: { all: number; found: number }[], filter: MemberFilter) {
  const found = sum(counts.map((one) => one.found))
  const isLong = sum(counts.map((one) => one.all)) > limits.pageLength
  return {
    search,
    isSearched: isLong || search.words !== '' || search.isLost,
    found: search.words ? t.n('partners.list.found', found) : '',
    csv: found > 0 ? listAddress(search.key, {}, undefined, '/partners.csv', filter) : '',
  }
}

function partsOf({ config }: Deps, { t, site, viewer }: Request, count: (is: PartnerIs) => number) {
  const joins = site.kind !== 'centre'
  const takesIn = site.kind !== 'association'
  return {
    title: t(takesIn ? 'partners.title.both' : 'partners.title.centres'),
    joins: joins || count('centre') > 0,
    takesIn: takesIn || count('member') > 0,
    isBoth: joins && takesIn,
    hasParts: takesIn || count('follower') > 0,
    looks: takesIn || count('source') > 0,
    hasCentres: count('centre') > 0,
    hasMembers: count('member') > 0,
    hasSources: count('source') > 0,
    mayFollow: takesIn && canFollow(viewer) && config.federation,
    mayAsk: joins && canAsk(viewer) && config.federation,
    isOff: !config.federation,
    ownAddress: new URL(config.publicUrl).host,
  }
}

async function sectionsOf(
  deps: Deps,
  req: Request,
  search: Search & { filter: MemberFilter },
  found: (is: PartnerIs) => number,
) {
  const asked = Object.fromEntries(PARTNER_KINDS.map((is) => [is, query(req, PAGE_OF[is])]))
  const section = async (is: PartnerIs) => {
    const page = pageOf(asked[is], found(is), limits.pageLength)
    const { limit, offset } = page
    const ids = await listAffiliationIds(deps.db, is, { words: search.words, limit, offset, wanted: search.filter })
    const rows = await listAffiliationLines(deps.db, ids)
    return sectionOf(req.t, rows, is, page, (at) =>
      listAddress(search.key, { ...asked, [is]: at }, is, undefined, search.filter),
    )
  }
  return {
    centres: await section('centre'),
    members: await section('member'),
    sources: await section('source'),
    followers: await section('follower'),
  }
}
