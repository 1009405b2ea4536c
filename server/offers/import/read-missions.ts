// SPDX-License-Identifier: AGPL-3.0-or-later
// JSON in the shape of the French national hub (API Engagement) becomes a table too: what is written by a site of this
// software has our columns, what others write has the names of the hub, which can be put elsewhere like any heading.
import { limits } from '../../../config/limits.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { Deps } from '../../deps.ts'
import { FIELDS } from '../../model/offer/fields.ts'
import { usualLanguage } from '../../model/offer/readiness.ts'
import { contentIn, missionText, ownCode } from '../../public-offer/mission.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { createYielding } from '../../queue/event-loop.ts'
import type { Translator } from '../../text/i18n.ts'
import { valuesOf } from '../form-to-content.ts'
import { OFFER_COLUMNS, writeCell } from './columns.ts'
import type { ReadTable } from '../../web/table-file.ts'

type Mission = Record<string, unknown>
type Reading = {
  deps: Pick<Deps, 'config' | 'places' | 'taxonomies' | 'i18n'>
  association: AssociationRow
  t: Translator
}
/** What our own export does not say: where an offer is shown, and when. */
const NOT_SAID = ['visibility', 'publish_from', 'publish_until', 'reference']

export async function readMissions(
  deps: Reading['deps'],
  association: AssociationRow,
  text: string,
): Promise<ReadTable> {
  const found = missionsIn(text)
  if (!found) return { ok: false, fault: 'offers.import.error.json' }
  if (found.length === 0) return { ok: false, fault: 'offers.import.error.json_empty' }
  if (found.length > limits.importRows)
    return { ok: false, fault: { key: 'form.table.many', params: { most: limits.importRows } } }
  const reading = { deps, association, t: deps.i18n.for('fr') }
  const yieldLoop = createYielding()
  const rows: { cells: Map<string, string>; publisher: string }[] = []
  for (const mission of found) {
    rows.push({ cells: cellsOf(reading, mission), publisher: publisherOf(mission) })
    await yieldLoop()
  }
  const headings = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))]
  const column = columnsFor(usualLanguage(association))
  return {
    ok: true,
    table: {
      headings,
      rows: rows.map(({ cells, publisher }, at) => ({
        line: at + 1,
        cells: headings.map((name) => cells.get(name) ?? ''),
        ...(publisher && { publisher }),
      })),
      named: headings.indexOf(ID),
    },
    columns: headings.map(column),
  }
}

/** One, a list, or an answer with a list in it; undefined for anything else. */
function missionsIn(text: string): Mission[] | undefined {
  let read: unknown
  try {
    read = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
  const isObject = (one: unknown): one is Mission => typeof one === 'object' && one !== null && !Array.isArray(one)
  const held = isObject(read)
    ? (['data', 'missions', 'hits'].map((name) => (read as Mission)[name]).find(Array.isArray) ?? [read])
    : read
  return Array.isArray(held) && held.every(isObject) ? held : undefined
}

const ID = 'clientId'
/** Begins the headings of our own columns, some of which have a name of the hub’s. */
const OWN = 'offer.'
const said = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
const all = (value: unknown): string[] => [value].flat().map(said).filter(Boolean)

/** An id is the publisher’s own; the hub names the publisher, others only the association. */
const publisherOf = (mission: Mission): string => said(mission['publisherId']) || said(mission['organizationClientId'])

/** By heading. */
function cellsOf(reading: Reading, mission: Mission): Map<string, string> {
  const { config } = reading.deps
  const id = said(mission[ID]) || said(mission['id']) || said(mission['_id'])
  const home = offerUri({ config }, '')
  const cells = new Map([[ID, id.startsWith(home) ? id.slice(home.length) : id]])
  const add = (name: string, cell: string) => void (cell !== '' && cells.set(name, cell))
  for (const [name, cell] of ownCells(reading, mission) ?? foreignCells(reading, mission)) add(name, cell)
  return cells
}

/** When a site of this software wrote it and nobody has changed it since: all that the offer says. */
function ownCells({ deps, association, t }: Reading, mission: Mission): [string, string][] | undefined {
  const content = contentIn(mission['metadata'])
  if (!content) return undefined
  try {
    const wording = { t, taxonomies: deps.taxonomies }
    if (isChanged(mission, missionText(wording, deps.places, content))) return undefined
    const draft = { content, contact_id: null, visibility: 'public', publish_from: null, publish_until: null } as const
    const values = valuesOf(deps, association, { ...draft, version: 0 }, t)
    return OFFER_COLUMNS.filter(({ name }) => !NOT_SAID.includes(name)).map((column) => [
      OWN + column.name,
      writeCell(wording, column, values),
    ])
  } catch {
    // Nobody checked what it says of itself; the mission is read like any other.
    return undefined
  }
}

/** Places may have other facts here, from another list of towns. */
function isChanged(mission: Mission, written: ReturnType<typeof missionText>): boolean {
  const { addresses, ...fields } = written
  const towns = (value: unknown) => [value].flat().map((one) => (one as { city?: unknown } | null)?.city)
  return (
    JSON.stringify(towns(mission['addresses'])) !== JSON.stringify(towns(addresses)) ||
    Object.entries(fields).some(([name, value]) => JSON.stringify(mission[name]) !== JSON.stringify(value))
  )
}

const WORK_MODES: Record<string, string> = { no: 'on_site', local: 'on_site', possible: 'hybrid', full: 'remote' }

function foreignCells({ deps: { taxonomies } }: Reading, mission: Mission): [string, string][] {
  const code = (list: 'cause' | 'activity' | 'beneficiary') => (one: string) => ownCode(taxonomies, list, one)
  const addresses = addressesOf(mission)
  const [context, practical] = inTwo(said(mission['description']))
  const remote = said(mission['remote'])
  return [
    ['title', said(mission['title'])],
    ['description', context],
    ['description (2)', practical],
    ['tasks', all(mission['tasks']).join('\n')],
    ['domain', code('cause')(said(mission['domain']))],
    ['activities', firstThree(all(mission['activities'] ?? mission['activity']).map(code('activity'))).join('; ')],
    ['audience', [...new Set(all(mission['audience']).map(code('beneficiary')))].join('; ')],
    ['requirements', all(mission['requirements']).join('\n')],
    ['softSkills', all(mission['softSkills']).join('\n')],
    ['remote', WORK_MODES[remote] ?? remote],
    ['schedule', said(mission['schedule'])],
    ['startAt', said(mission['startAt']).slice(0, 10)],
    ['endAt', said(mission['endAt']).slice(0, 10)],
    ['places', said(mission['places'])],
    ['openToMinors', isYes(mission['openToMinors']) === false ? '18' : ''],
    [
      'reducedMobilityAccessible',
      { true: 'yes', false: 'no', undefined: '' }[String(isYes(mission['reducedMobilityAccessible']))]!,
    ],
    ['addresses', remote === 'full' ? '' : addresses.map(townOf).filter(Boolean).join('; ')],
    ['street', addresses.length === 1 ? said(addresses[0]!['street']) : ''],
  ]
}

const firstThree = (codes: string[]): string[] => [...new Set(codes)].slice(0, 3)

/** They are true and false, or « yes » and « no » in older answers. */
function isYes(value: unknown): boolean | undefined {
  if (value === true || value === 'yes' || value === 'true') return true
  return value === false || value === 'no' || value === 'false' ? false : undefined
}

/** In older answers the only address is in the mission itself. */
function addressesOf(mission: Mission): Mission[] {
  const given = mission['addresses']
  if (Array.isArray(given)) return given.filter((one): one is Mission => typeof one === 'object' && one !== null)
  return said(mission['city']) || said(mission['postalCode']) ? [{ ...mission, street: mission['address'] }] : []
}

const townOf = (address: Mission): string =>
  [said(address['postalCode']), said(address['city'])].filter(Boolean).join(' ')

/** A text that is longer than one field of ours goes on in another; what fits in neither is left for people to shorten. */
function inTwo(text: string): [string, string] {
  const most = FIELDS.context.longest
  if (text.length <= most || text.length > most + FIELDS.practical.longest) return [text, '']
  const end = text.lastIndexOf('\n', most) > most / 2 ? text.lastIndexOf('\n', most) : text.lastIndexOf(' ', most)
  const [first, second] = [text.slice(0, end).trim(), text.slice(end).trim()]
  return end > 0 && second.length <= FIELDS.practical.longest ? [first, second] : [text, '']
}

function columnsFor(usual: 'fr' | 'en'): (heading: string) => string {
  const inLanguage = (name: string) => `${name}_${usual}`
  const columns: Record<string, string> = {
    [ID]: 'reference',
    title: inLanguage('title'),
    description: inLanguage('context'),
    'description (2)': inLanguage('practical'),
    schedule: inLanguage('practical'),
    requirements: inLanguage('profile'),
    softSkills: inLanguage('profile'),
    tasks: inLanguage('tasks'),
    domain: 'cause',
    activities: 'activity',
    audience: 'beneficiaries',
    remote: 'work_mode',
    startAt: 'starts_on',
    endAt: 'ends_on',
    places: 'capacity',
    openToMinors: 'min_age',
    reducedMobilityAccessible: 'accessible',
    addresses: 'places',
    street: 'place_street',
  }
  return (heading) => columns[heading] ?? (heading.startsWith(OWN) ? heading.slice(OWN.length) : '')
}
