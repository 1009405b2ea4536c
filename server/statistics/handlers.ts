// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { listMemberCells, listOwnCounts, listTitles } from '../../db/queries/figures.ts'
import { listCentreNames } from '../../db/queries/submissions.ts'
import { actorUri } from '../web/addresses.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { onlyAssociations } from '../web/access.ts'
import { offerUri } from '../public-offer/public-offer.ts'
import { sendCsv } from '../web/csv.ts'
import { NotFound } from '../web/errors.ts'
import type { Handler } from '../web/handler.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { hasRole, type Role } from '../model/viewer.ts'
import { askedForm } from './forms.ts'
import { membersCsv, membersPage } from './pages/members.ts'
import { channelTable } from '../public-offer/channels.ts'
import { figuresOf, offersTable, ownCsv } from './pages/own.ts'
import { periodsOf } from './pages/periods.ts'
import { recentFrom, spanOf } from './rules.ts'

function read(deps: Deps, req: Request) {
  const today = dateIn(String(req.site.timeZone), deps.clock.now())
  const asked = askedForm.parse(req.query)
  return { ...asked, today, span: spanOf(asked.period, today) }
}

async function readOwn(deps: Deps, req: Request) {
  onlyAssociations(req)
  const asked = read(deps, req)
  const counts = await listOwnCounts(deps.db, offerUri(deps, ''), asked.span)
  const titles = await listTitles(deps.db, [...new Set(counts.map(({ offer_id }) => offer_id))])
  return { ...asked, counts, titles, names: await listCentreNames(deps.db) }
}

async function readMembers(deps: Deps, req: Request) {
  if (req.site.kind === 'association') throw new NotFound()
  const asked = read(deps, req)
  const me = actorUri(deps)
  return { ...asked, cells: await listMemberCells(deps.db, me, asked.span, recentFrom(asked.today)) }
}

/** A site that is both association and centre has two pages of figures with the same name. */
function otherFigures(req: Request, role: Role, href: string, key: MessageKey) {
  return req.site.kind === 'both' && hasRole(req.viewer, role) ? { href, label: req.t(key) } : null
}

export const own =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { counts, names, titles, period, today, page: asked } = await readOwn(deps, req)
    const { table, page, pages } = offersTable(req.t, counts, names, titles, asked)
    const to = (number: number) => `/work/statistics?period=${period}&page=${number}`
    const channels = channelTable(req.t, counts, names)
    await res.page('statistics/own', {
      title: req.t('statistics.own.title'),
      other: otherFigures(req, 'moderator', '/statistics', 'statistics.own.see_members'),
      periods: periodsOf(req.t, '/work/statistics', period, today),
      figures: figuresOf(req.t, channels.total),
      channels,
      offers: table,
      pager: { page, pages, previous: page > 1 ? to(page - 1) : null, next: page < pages ? to(page + 1) : null },
    })
  }

export const exportOwn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { counts, names, titles, span } = await readOwn(deps, req)
    const { columns, rows } = ownCsv(req.t, counts, names, titles)
    sendCsv(res, `${req.t('statistics.own.title')}-${span.from}-${span.until}`, columns, rows)
  }

export const members =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { cells, period, today } = await readMembers(deps, req)
    await res.page('statistics/members', {
      title: req.t('statistics.members.title'),
      other: otherFigures(req, 'coordinator', '/work/statistics', 'statistics.members.see_own'),
      periods: periodsOf(req.t, '/statistics', period, today),
      ...membersPage({ t: req.t, places: deps.places }, cells),
    })
  }

export const exportMembers =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { cells, span } = await readMembers(deps, req)
    const { columns, rows } = membersCsv({ t: req.t, places: deps.places }, cells)
    sendCsv(res, `${req.t('statistics.members.title')}-${span.from}-${span.until}`, columns, rows)
  }
