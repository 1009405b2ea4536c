// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import type { Request } from 'express'
import { chunksOf } from '../../../db/in-list.ts'
import { listExactMembers } from '../../../db/queries/affiliations.ts'
import { listTitles, readMemberCells, readOwnCounts, type OwnCount } from '../../../db/queries/figures.ts'
import { listCentreNames } from '../../../db/queries/submissions.ts'
import { actorUri } from '../../web/addresses.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { onlyAssociations, onlyCentres } from '../../web/access.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { streamCsv } from '../../web/csv.ts'
import type { Handler } from '../../web/handler.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import type { Right } from '../../model/rights.ts'
import { hasRight } from '../../model/viewer.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { askedForm } from '../forms.ts'
import { linesOf, memberCells, memberColumns, membersPage, yearOf } from '../pages/members.ts'
import { channelTable, hoursHow, readerOf } from '../../public-offer/channels.ts'
import { figuresOf, offersShown, offersTable, ownColumns, ownRow } from '../pages/own.ts'
import { periodsOf, yearHeading } from '../pages/periods.ts'
import { createCellSums } from '../cells.ts'
import { recentFrom, spanOf, yearPeriod, type Span } from '../rules.ts'

function read(deps: Deps, req: Request) {
  const today = dateIn(String(req.site.timeZone), deps.clock.now())
  const asked = askedForm.parse(req.query)
  const year = yearPeriod(asked.period)
  return { ...asked, today, span: spanOf(asked.period, today), year, yearSpan: spanOf(year, today) }
}

async function readOwn(deps: Deps, req: Request) {
  onlyAssociations(req)
  const asked = read(deps, req)
  const counts = readOwnCounts(deps.db, offerUri(deps, ''), asked.span)
  return { ...asked, counts, names: await listCentreNames(deps.db) }
}

async function readMembers(deps: Deps, req: Request) {
  onlyCentres(req)
  const asked = read(deps, req)
  const exact = new Set(await listExactMembers(deps.db))
  return { ...asked, of: { cells: await cellsOf(deps, asked.span, asked.today), exact } }
}

async function cellsOf(deps: Deps, span: Span, today: string) {
  const sums = createCellSums()
  const parts = readMemberCells(deps.db, actorUri(deps), span, recentFrom(today))
  await forEachYielding(parts, async (cells) => sums.add(cells))
  return sums.result()
}

async function countsOf(parts: AsyncIterable<OwnCount[]>): Promise<OwnCount[]> {
  const counts: OwnCount[] = []
  await forEachYielding(parts, async (some) => void counts.push(...some))
  return counts
}

/** A site that is both association and centre has two pages of figures with the same name. */
function otherFigures(req: Request, right: Right, href: string, key: MessageKey) {
  return req.site.kind === 'both' && hasRight(req.viewer, right) ? { href, label: req.t(key) } : null
}

export const own =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { counts: parts, names, period, today, page: asked, year, yearSpan } = await readOwn(deps, req)
    const counts = await countsOf(parts)
    const ofYear = year === period ? counts : await countsOf(readOwnCounts(deps.db, offerUri(deps, ''), yearSpan))
    const { shown, page, pages } = offersShown(counts, asked)
    const titles = await listTitles(deps.db, [...shown.keys()])
    const to = (number: number) => `/work/statistics?period=${period}&page=${number}`
    const reader = readerOf(req)
    const channels = channelTable(reader, counts, names)
    await res.page('statistics/own', {
      title: req.t('statistics.own.title'),
      other: otherFigures(req, 'moderation', '/statistics', 'statistics.own.see_members'),
      periods: periodsOf(req.t, '/work/statistics', period, today),
      figures: year === period ? null : figuresOf(reader, channels.total),
      year: {
        heading: yearHeading(req.t, year, yearSpan),
        items: figuresOf(reader, channelTable(reader, ofYear, names).total),
      },
      channels,
      hoursHow: hoursHow(reader),
      offers: offersTable(reader, shown, names, titles),
      pager: { page, pages, previous: page > 1 ? to(page - 1) : null, next: page < pages ? to(page + 1) : null },
    })
  }

export const exportOwn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { counts, names, span } = await readOwn(deps, req)
    const reader = readerOf(req)
    async function* rows() {
      for await (const some of counts) {
        const titles = await listTitles(deps.db, [...new Set(some.map(({ offer_id }) => offer_id))])
        await setImmediate()
        yield some.map((count) => ownRow(reader, count, names, titles))
      }
    }
    const name = `${req.t('statistics.own.title')}-${span.from}-${span.until}`
    await streamCsv(res, { name, columns: ownColumns(req.t) }, rows())
  }

export const members =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { of, period, today, year, yearSpan } = await readMembers(deps, req)
    const ofYear = year === period ? of : { ...of, cells: await cellsOf(deps, yearSpan, today) }
    await res.page('statistics/members', {
      title: req.t('statistics.members.title'),
      other: otherFigures(req, 'offers', '/work/statistics', 'statistics.members.see_own'),
      periods: periodsOf(req.t, '/statistics', period, today),
      ...membersPage({ t: req.t, places: deps.places }, of),
      year: { heading: yearHeading(req.t, year, yearSpan), ...yearOf(req.t, ofYear) },
    })
  }

export const exportMembers =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { of, span } = await readMembers(deps, req)
    const wording = { t: req.t, places: deps.places }
    async function* rows() {
      for (const some of chunksOf([...linesOf(of.cells)]))
        yield some.map((cells) => memberCells(wording, { ...of, cells }))
    }
    const name = `${req.t('statistics.members.title')}-${span.from}-${span.until}`
    await streamCsv(res, { name, columns: memberColumns(req.t) }, rows())
  }
