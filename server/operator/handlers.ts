// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { limits } from '../../config/limits.ts'
import { countMailsByState, countMails, findMail, listMails } from '../../db/queries/mails.ts'
import { listHosts, listParked } from '../../db/queries/operator.ts'
import type { Deps } from '../deps.ts'
import { sendCsv } from '../web/csv.ts'
import { NotFound } from '../web/errors.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { pageOf } from '../web/paging.ts'
import * as commands from './commands.ts'
import { healthPage, readFacts } from './health.ts'
import * as pages from './pages.ts'

const MOST_EXPORTED = 10_000
const MOST_PARKED = 100

export const health =
  (deps: Deps): Handler =>
  async (req, res) => {
    const seen = {
      proxies: deps.config.trustedProxies.length,
      forwarded: req.get('x-forwarded-for') !== undefined,
      direct: req.ip ?? '',
      isHttps: deps.config.isHttps,
    }
    await res.page('operator/health', healthPage(req.t, await readFacts(deps, seen)))
  }

async function chosen(deps: Deps, req: Request) {
  const hasSmtp = deps.config.smtpUrl !== undefined
  const counts = await countMailsByState(deps.db)
  const shown = pages.SHOWN.find((one) => one === query(req, 'show')) ?? pages.usualShown(hasSmtp, counts)
  return { hasSmtp, counts, shown, states: pages.STATES[shown] }
}

export const mails =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { states, ...choice } = await chosen(deps, req)
    const page = pageOf(query(req, 'page'), await countMails(deps.db, states), limits.pageLength)
    const rows = await listMails(deps.db, states, page.limit, page.offset)
    await res.page('operator/mails', pages.mailsPage(req.t, { ...choice, mails: rows, page }))
  }

export const exportMails =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { states, shown } = await chosen(deps, req)
    const rows = await listMails(deps.db, states, MOST_EXPORTED, 0)
    await commands.recordLook(deps, req.viewer, { type: 'mails.exported', details: { show: shown, rows: rows.length } })
    sendCsv(
      res,
      `mails-${shown}`,
      pages.mailColumns(req.t),
      rows.map((mail) => pages.mailRow(req.t, mail)),
    )
  }

/** Only mails kept for want of a mail server can be read: the others are for their addressee alone. */
export const mail =
  (deps: Deps): Handler =>
  async (req, res) => {
    const found = await findMail(deps.db, param(req, 'mail'))
    if (found?.state !== 'kept') throw new NotFound()
    await commands.recordLook(deps, req.viewer, { type: 'mail.read', subject: found.id })
    await res.page('operator/mail', pages.mailPage(req.t, found, deps.config.publicUrl))
  }

export const retryMail =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.retryMail(deps, req.viewer, param(req, 'mail'))
    req.session.flash('operator.mails.retried')
    res.redirect(303, '/operator/mails?show=waiting')
  }

export const retryAllMails =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.retryAllMails(deps, req.viewer)
    req.session.flash('operator.mails.retried')
    res.redirect(303, '/operator/mails?show=waiting')
  }

export const federation =
  (deps: Deps): Handler =>
  async (req, res) => {
    const [hosts, parked] = [await listHosts(deps.db), await listParked(deps.db, MOST_PARKED)]
    await res.page('operator/federation', pages.federationPage(req.t, hosts, parked, deps.config.federation))
  }

export const exportFederation =
  (deps: Deps): Handler =>
  async (req, res) => {
    const rows = await listHosts(deps.db)
    await commands.recordLook(deps, req.viewer, { type: 'deliveries.exported', details: { rows: rows.length } })
    sendCsv(res, 'deliveries', pages.federationColumns(req.t), rows.map(pages.federationRow))
  }

type Change = (deps: Deps, req: Request) => Promise<void>
const thenFederation =
  (flash: string, change: Change) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    await change(deps, req)
    req.session.flash(flash)
    res.redirect(303, '/operator/federation')
  }

const seqOf = (req: Request) => {
  const seq = Number(param(req, 'activity'))
  if (!Number.isSafeInteger(seq)) throw new NotFound()
  return seq
}

export const retryHost = thenFederation('operator.federation.retried', (deps, req) =>
  commands.retryDeliveries(deps, req.viewer, param(req, 'host')),
)
export const forgetHost = thenFederation('operator.federation.forgotten', (deps, req) =>
  commands.forgetDeliveries(deps, req.viewer, param(req, 'host')),
)
export const retryActivity = thenFederation('operator.federation.reread', (deps, req) =>
  commands.settleParked(deps, req.viewer, seqOf(req), 'waiting'),
)
export const ignoreActivity = thenFederation('operator.federation.ignored', (deps, req) =>
  commands.settleParked(deps, req.viewer, seqOf(req), 'ignored'),
)
