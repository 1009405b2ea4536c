// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { limits } from '../../config/limits.ts'
import { findParkedEvent } from '../../db/queries/event-consumers.ts'
import { countMailsByState, findMail, mailsList, type MailRow } from '../../db/queries/mails.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../web/errors.ts'
import { param, query, type Handler } from '../web/handler.ts'
import * as commands from './commands/queues.ts'
import { giveUpPage } from './pages/events.ts'
import { healthPage, readFacts } from './pages/health.ts'
import * as pages from './pages/mails.ts'
import { wholeNumber } from '../web/paging.ts'
import { redirect } from '../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../web/rows.ts'

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
    const page = await readPage(mailsList(deps.db, states), placeAsked(req), limits.pageLength)
    await res.page('operator/mails', pages.mailsPage(req.t, { ...choice, page }))
  }

export const exportMails =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { states, shown } = await chosen(deps, req)
    const cells = (mail: MailRow) => pages.mailRow(req.t, mail)
    const file = { name: `mails-${shown}`, columns: pages.mailColumns(req.t), cells }
    await sendRows(res, mailsList(deps.db, states), file, (rows) =>
      commands.recordLook(deps, req.viewer, { type: 'mails.exported', details: { show: shown, rows } }),
    )
  }

/** Only mails kept because there is no mail server can be read; the others are for their addressee alone. */
export const mail =
  (deps: Deps): Handler =>
  async (req, res) => {
    const found = await findMail(deps.db, param(req, 'mail'))
    if (found?.state !== 'kept') throw new NotFound()
    await commands.recordLook(deps, req.viewer, { type: 'mail.read', subject: found.id, details: {} })
    await res.page('operator/mail', pages.mailPage(req.t, found, deps.config.publicUrl))
  }

export const retryMail =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.retryMail(deps, req.viewer, param(req, 'mail'))
    req.session.flash('operator.mails.retried')
    await redirect(req, res, '/operator/mails?show=waiting')
  }

export const retryAllMails =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.retryAllMails(deps, req.viewer)
    req.session.flash('operator.mails.retried')
    await redirect(req, res, '/operator/mails?show=waiting')
  }

/** @throws NotFound when the address has no event number. */
function eventOf(req: Request): [consumer: string, seq: number] {
  const seq = wholeNumber(param(req, 'event'), 0, Number.MAX_SAFE_INTEGER)
  if (seq === undefined) throw new NotFound()
  return [param(req, 'consumer'), seq]
}

export const retryEvent =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.retryEvent(deps, req.viewer, ...eventOf(req))
    req.session.flash('operator.events.retried')
    await redirect(req, res, '/operator')
  }

export const retryAllEvents =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.retryAllEvents(deps, req.viewer)
    req.session.flash('operator.events.retried')
    await redirect(req, res, '/operator')
  }

export const askGiveUpEvent =
  (deps: Deps): Handler =>
  async (req, res) => {
    const event = await findParkedEvent(deps.db, ...eventOf(req))
    if (!event) throw new NotFound()
    await res.page('operator/confirm', giveUpPage(req.t, event))
  }

export const giveUpEvent =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.giveUpEvent(deps, req.viewer, ...eventOf(req))
    req.session.flash('operator.events.given_up')
    await redirect(req, res, '/operator')
  }
