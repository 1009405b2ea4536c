// SPDX-License-Identifier: AGPL-3.0-or-later
// The search of offers as one would write it without thinking of size: a few SQL statements over all listings, their
// codes and places read from what the offers say. What the product finds is compared with it.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Gazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import type { Tables } from '../../db/schema.ts'
import type { Facets } from '../../server/model/facets.ts'
import { bandsMet, type TimeBand } from '../../server/model/offer/bands.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import type { Hit, OfferAnswer, OfferFilter, OfferQuery, Sort } from '../../server/offer-search/query.ts'

type Db = Kysely<Tables>
const RELEVANCE = sql`bm25(listings_fts, 10, 4, 1, 3, 3, 4)`
const EARTH = 12_742
const KINDS = [
  'cause',
  'activity',
  'beneficiary',
  'spoken',
  'commitment',
  'mode',
  'time',
  'accessible',
  'group',
  'day',
  'part',
  'easy',
  'language',
] as const

/** Codes and places of all listings in temporary tables, from what the offers say now. */
async function readParts(db: Db, gazetteer: Gazetteer): Promise<void> {
  await sql`create temp table if not exists slow_terms (listing_id, kind, code)`.execute(db)
  await sql`create temp table if not exists slow_places
    (listing_id, position, place_code, name, department, region, latitude, longitude)`.execute(db)
  for (const table of ['slow_terms', 'slow_places']) await sql`delete from ${sql.table(table)}`.execute(db)
  for (const { id, content, time_band } of await db.selectFrom('listings').selectAll().execute()) {
    const offer = JSON.parse(content) as OfferContent
    const terms = { ...codesOf(offer), time: bandsMet(time_band as TimeBand | null) }
    for (const [kind, codes] of Object.entries(terms))
      for (const code of new Set(codes)) await sql`insert into slow_terms values (${id}, ${kind}, ${code})`.execute(db)
    for (const [position, place] of offer.places.entries()) {
      const known = place.code ? gazetteer.find(place.code) : undefined
      await sql`insert into slow_places values (${id}, ${position}, ${known?.code ?? place.code},
        ${known?.name ?? place.name}, ${known?.department ?? known?.mrcCode ?? place.department},
        ${known?.region ?? place.region}, ${place.latitude ?? known?.latitude ?? null},
        ${place.longitude ?? known?.longitude ?? null})`.execute(db)
    }
  }
}

/** A day without a part is all of it. */
const PARTS = loadTaxonomies()
  .list('part_of_day')
  .map(({ code }) => code)

const codesOf = (offer: OfferContent) => ({
  cause: offer.causes,
  activity: offer.activities,
  beneficiary: offer.beneficiaries,
  spoken: offer.work_languages,
  commitment: [offer.commitment],
  mode: [offer.work_mode],
  accessible: offer.accessible === 'yes' ? ['yes'] : [],
  group: offer.group_ok ? ['yes'] : [],
  slot: offer.slots,
  day: offer.slots.map((slot) => slot.split('-')[0]!),
  part: offer.slots.flatMap((slot) => (slot.includes('-') ? slot.split('-').slice(1) : PARTS)),
  easy: offer.skills.length === 0 || offer.skills_taught ? ['yes'] : [],
  language: offer.language,
})

/** What the product’s search must answer. @param mostScored words that more offers have are common. */
export async function slowFind(
  db: Db,
  gazetteer: Gazetteer,
  query: OfferQuery,
  mostScored: number,
): Promise<OfferAnswer> {
  await readParts(db, gazetteer)
  const { whole, perPage } = query
  let { filter } = query
  let all = await rowsOf(db, filter, query.sort)
  for (const km of whole && filter.near ? whole.wider : []) {
    if (all.length > 0 || km <= query.filter.near!.km) continue
    const wider = { ...filter, near: { ...query.filter.near!, km } }
    const found = await rowsOf(db, wider, query.sort)
    if (found.length > 0) [filter, all] = [wider, found]
  }
  const pages = Math.max(1, Math.ceil(all.length / perPage))
  const page = whole ? Math.min(query.page, pages) : query.page
  const inTitle = filter.match ? await titlesOfCommon(db, filter.match, mostScored) : undefined
  const inOrder = (rows: Row[], sort: Sort) => (sort === 'relevance' && filter.match ? ranked(rows, inTitle) : rows)
  const remote = whole && (await remoteBeside(db, filter))
  return {
    hits: inOrder(all, query.sort)
      .slice((page - 1) * perPage, page * perPage)
      .map(hitOf),
    total: all.length,
    page,
    pages,
    km: filter.near?.km ?? null,
    remote: remote && {
      hits: inOrder(remote, 'relevance').slice(0, whole.beside).map(hitOf),
      total: remote.length,
    },
    facets: whole && (await facetsOf(db, filter, whole)),
  }
}

type Row = Hit & { score: number | null }
const hitOf = ({ id, km, town }: Row): Hit => ({ id, km, town })

/** @param rows newest first. @param inTitle of common words who has them in the title, which is all that counts then. */
function ranked(rows: Row[], inTitle: ReadonlySet<number> | undefined): Row[] {
  if (!inTitle) return rows.toSorted((a, b) => a.score! - b.score!)
  return [...rows.filter(({ id }) => inTitle.has(id)), ...rows.filter(({ id }) => !inTitle.has(id))]
}

async function titlesOfCommon(db: Db, match: string, mostScored: number): Promise<Set<number> | undefined> {
  const having = (words: string) =>
    sql<{ id: number }>`select rowid as id from listings_fts where listings_fts match ${words}`.execute(db)
  if ((await having(match)).rows.length <= mostScored) return undefined
  return new Set((await having(`{title} : (${match})`)).rows.map(({ id }) => id))
}

async function rowsOf(db: Db, filter: OfferFilter, sort: Sort): Promise<Row[]> {
  const near = filter.near ? sql`n.km as km, n.name as town` : sql`null as km, null as town`
  const score = filter.match === null ? sql`null` : RELEVANCE
  const newest = sql`l.published_at desc, l.id desc`
  const byDistance = sql`n.km is null, n.km, ${newest}`
  const order =
    sort === 'ending' ? sql`l.visible_until, l.id` : sort === 'distance' && filter.near ? byDistance : newest
  const found =
    await sql<Row>`select l.id as id, ${near}, ${score} as score ${matching(filter)} order by ${order}`.execute(db)
  return found.rows
}

async function remoteBeside(db: Db, filter: OfferFilter): Promise<Row[] | null> {
  if (!filter.near || filter.near.remoteToo || filter.terms.some(({ kind }) => kind === 'mode')) return null
  const remote = { ...filter, near: null, terms: [...filter.terms, { kind: 'mode', codes: ['remote'] }] }
  const rows = await rowsOf(db, remote, 'newest')
  return rows.length > 0 ? rows : null
}

async function facetsOf(db: Db, filter: OfferFilter, whole: NonNullable<OfferQuery['whole']>): Promise<Facets> {
  const byKind: [string, Record<string, number>][] = []
  for (const kind of KINDS) {
    const without = { ...filter, terms: filter.terms.filter((term) => term.kind !== kind) }
    const other = filter.terms.find((term) => term.kind === (kind === 'day' ? 'part' : 'day'))
    const isMoment = (kind === 'day' || kind === 'part') && other
    if (isMoment) {
      // Code by code, as a search for each would count.
      const codes = await sql<{ code: string }>`select distinct code from slow_terms where kind = ${kind}`.execute(db)
      const counts: [string, number][] = []
      for (const { code } of codes.rows) {
        const asked = { ...without, terms: [...without.terms, { kind, codes: [code] }] }
        counts.push([code, (await rowsOf(db, asked, 'newest')).length])
      }
      byKind.push([kind, Object.fromEntries(counts.filter(([, count]) => count > 0))])
      continue
    }
    const { rows } = await sql<{ code: string; count: number }>`select code, count(*) as count from slow_terms
      where kind = ${kind} and listing_id in (select l.id ${matching(without)}) group by code`.execute(db)
    byKind.push([kind, Object.fromEntries(rows.map(({ code, count }) => [code, count]))])
  }
  const anywhere = { ...filter, region: null, near: null }
  const { rows: regions } = await sql<{ code: string; count: number }>`
    select region as code, count(distinct listing_id) as count from slow_places
    where region is not null and listing_id in (select l.id ${matching(anywhere)}) group by region`.execute(db)
  const radius = []
  for (const km of filter.near ? whole.radii : [])
    radius.push({
      km,
      count: (await rowsOf(db, { ...filter, near: { ...filter.near!, km, remoteToo: false } }, 'newest')).length,
    })
  const region = filter.near ? {} : Object.fromEntries(regions.map(({ code, count }) => [code, count]))
  const soon = (await rowsOf(db, { ...filter, startsBefore: whole.soon }, 'newest')).length
  const areas = async (column: 'department' | 'place_code', of: OfferFilter, within: string | null) =>
    Object.fromEntries(
      (
        await sql<{ code: string; count: number }>`
          select ${sql.ref(column)} as code, count(distinct listing_id) as count from slow_places
          where ${sql.ref(column)} is not null and (${within} is null or department = ${within})
            and listing_id in (select l.id ${matching(of)}) group by 1`.execute(db)
      ).rows.map(({ code, count }) => [code, count]),
    )
  const { rows: associations } = await sql<{ uri: string; count: number }>`
    select l.association_uri as uri, count(*) as count ${matching({ ...filter, association: null })} group by 1`.execute(
    db,
  )
  return {
    ...Object.fromEntries(byKind),
    region,
    radius,
    soon: soon > 0 ? { yes: soon } : {},
    department: Object.fromEntries(
      Object.entries(filter.near ? {} : await areas('department', anywhere, null)).filter(([code]) =>
        whole.departments.includes(code),
      ),
    ),
    town: whole.townsOf && !filter.near ? await areas('place_code', filter, whole.townsOf) : {},
    associations: associations.sort((a, b) => b.count - a.count).slice(0, whole.associations),
  } as Facets
}

export async function slowSums(db: Db, gazetteer: Gazetteer, everything: OfferFilter) {
  await readParts(db, gazetteer)
  const { rows } = await sql<{ offers: number; places: number }>`
    select count(*) as offers, coalesce(sum(l.remaining), 0) as places ${matching(everything)}`.execute(db)
  const towns = await sql<{ count: number }>`select count(distinct coalesce(place_code, name)) as count
    from slow_places where listing_id in (select l.id ${matching(everything)})`.execute(db)
  const by = await sql<{ uri: string; count: number }>`
    select l.association_uri as uri, count(*) as count ${matching(everything)} group by 1`.execute(db)
  const uris = await sql<{ uri: string }>`
    select l.offer_uri as uri ${matching(everything)}
    order by (select starts_at from listing_state where id = l.id), l.id`.execute(db)
  return {
    sums: { ...rows[0]!, towns: towns.rows[0]!.count },
    associations: new Map(by.rows.map((r) => [r.uri, r.count])),
    uris: uris.rows.map(({ uri }) => uri),
  }
}

/** FROM and WHERE of every search. */
function matching(filter: OfferFilter): RawBuilder<unknown> {
  const words = filter.match === null ? sql`` : sql`join listings_fts on listings_fts.rowid = l.id`
  const near = filter.near ? nearest(filter.near) : sql``
  return sql`from listings l ${words} ${near} where ${sql.join(conditions(filter), sql` and `)}`
}

function conditions(filter: OfferFilter): RawBuilder<unknown>[] {
  const all = [
    sql`l.visible_until > ${filter.now}`,
    sql`l.visible_from <= ${filter.now}`,
    sql`l.status = 'confirmed'`,
    sql`l.applications <> 'closed'`,
  ]
  if (filter.match !== null) all.push(sql`listings_fts match ${filter.match}`)
  if (filter.near?.remoteToo) all.push(sql`(n.km is not null or l.work_mode = 'remote')`)
  else if (filter.near) all.push(sql`l.work_mode <> 'remote'`)
  if (filter.startsBefore !== null)
    all.push(sql`(select starts_at from listing_state s where s.id = l.id) < ${filter.startsBefore}`)
  const [days, parts] = ['day', 'part'].map((wanted) => filter.terms.find(({ kind }) => kind === wanted)?.codes)
  if (days && parts)
    all.push(
      sql`exists (select 1 from json_each(l.content, '$.slots') where value in (${sql.join(
        days.flatMap((day) => [day, ...parts.map((part) => `${day}-${part}`)]),
      )}))`,
    )
  const isMoment = (kind: string) => days && parts && (kind === 'day' || kind === 'part')
  for (const { kind, codes } of filter.terms.filter((term) => !isMoment(term.kind)))
    all.push(sql`l.id in (select listing_id from slow_terms where kind = ${kind} and code in (${sql.join(codes)}))`)
  if (filter.region !== null)
    all.push(sql`l.id in (select listing_id from slow_places where ${filter.region} in (region, department))`)
  if (filter.age !== null) all.push(sql`(l.min_age is null or l.min_age <= ${filter.age})`)
  if (filter.association !== null) all.push(sql`l.association_uri = ${filter.association}`)
  if (filter.openOnly) all.push(sql`l.applications = 'open'`)
  if (filter.since !== null)
    all.push(sql`exists (select 1 from listing_state s where s.id = l.id
      and max(s.visible_from, s.listed_at) > ${filter.since} and max(s.visible_from, s.listed_at) <= ${filter.now})`)
  if (filter.except !== null) all.push(sql`l.offer_uri <> ${filter.except}`)
  return all
}

/** The nearest place of each offer along the earth (haversine). */
function nearest({ points, km, remoteToo }: NonNullable<OfferFilter['near']>): RawBuilder<unknown> {
  const around = points.map(
    ({ latitude, longitude, code }) => sql`select p.listing_id, p.name, ${EARTH} * asin(min(1, sqrt(
          pow(sin(radians(p.latitude - ${latitude}) / 2), 2)
          + cos(radians(${latitude})) * cos(radians(p.latitude)) * pow(sin(radians(p.longitude - ${longitude}) / 2), 2)
        ))) as km
      from slow_places p
      union all select p.listing_id, p.name, 0.0 as km from slow_places p where p.place_code = ${code}`,
  )
  return sql`${sql.raw(remoteToo ? 'left join' : 'join')} (
    select listing_id, name, min(km) as km from (${sql.join(around, sql` union all `)})
    where km <= ${km} group by listing_id) n on n.listing_id = l.id`
}
