// SPDX-License-Identifier: AGPL-3.0-or-later
import * as alerts from '../../db/queries/alerts.ts'
import { findTimeZone } from '../../db/queries/association.ts'
import { issueToken, lookAtToken, takeToken } from '../accounts/tokens.ts'
import { monthsFrom } from '../applications/rules.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { ALERT_MONTHS, CONFIRM_ALERT_DAYS, MOST_ALERTS, type Rhythm } from '../model/alerts.ts'
import { eraseSubscriber, writeErased } from '../privacy/erase.ts'
import { Refused } from '../web/errors.ts'
import { emailKey } from '../web/fields.ts'
import { makeOnce, type SentForm } from '../web/once.ts'
import { transact, type Tx } from '../web/transact.ts'
import { tokenOf } from './link.ts'
import { nextMorning } from './rules.ts'

/** `query`: query string of the search; `label`: what it asks for, in words. */
export type AskedAlert = { email: string; rhythm: Rhythm; locale: string; query: string; label: string }

/** Stores nothing but the link that is mailed: the search counts once the mailbox is proved. */
export async function askForAlert(deps: Deps, asked: AskedAlert, sent?: SentForm): Promise<void> {
  await transact(deps, async (tx) => {
    await makeOnce(tx, deps, sent, async () => {
      const token = await issueToken(tx, deps, 'alert', { content: asked })
      const dedupe = `alert:${deps.secrets.hash(token)}`
      await enqueueMail(tx, deps, {
        dedupe,
        to: asked.email,
        locale: asked.locale,
        template: 'alerts/confirm',
        params: {
          search: asked.label,
          days: CONFIRM_ALERT_DAYS,
          link: `${deps.config.publicUrl}/alerts/new/${token}`,
        },
      })
      return dedupe
    })
  })
}

/** What a mailed link asks for; undefined when it is used or over. Changes nothing. */
export async function findAsked(deps: Deps, token: string): Promise<AskedAlert | undefined> {
  return (await lookAtToken(deps.db, deps, 'alert', token))?.content as AskedAlert | undefined
}

/** @returns the secret of the link to see and stop it. @throws Refused for one search too many. */
export async function confirmAlert(deps: Deps, token: string): Promise<string | undefined> {
  return transact(deps, async (tx) => {
    const asked = (await takeToken(tx, deps, 'alert', token))?.content as AskedAlert | undefined
    if (!asked) return undefined
    const id = await subscribe(tx, deps, asked)
    const known = await alerts.listAlertsOf(tx, [id])
    const isNew = !known.some(({ query }) => query === asked.query)
    if (isNew && known.length >= MOST_ALERTS) throw new Refused('alerts.too_many', { most: MOST_ALERTS })
    const { query, label } = asked
    await alerts.insertAlert(tx, { id: deps.newId(), subscriber_id: id, query, label, created_at: deps.clock.iso() })
    return tokenOf(deps, id)
  })
}

/** One subscription for each mailbox; what was chosen last holds. @returns its id. */
async function subscribe(tx: Tx, deps: Deps, { email, rhythm, locale }: AskedAlert): Promise<string> {
  const known = await alerts.findSubscriberOf(tx, emailKey(email))
  const now = deps.clock.iso()
  const period = { ends_at: monthsFrom(now, ALERT_MONTHS), asked_at: null }
  const next_at = nextMorning(rhythm, deps.clock.now(), await findTimeZone(tx))
  if (known) {
    const due = known.rhythm === rhythm ? {} : { next_at }
    await alerts.updateSubscriber(tx, known.id, { rhythm, locale, ...period, ...due })
    return known.id
  }
  const id = deps.newId()
  const link_hash = deps.secrets.hash(tokenOf(deps, id))
  const begun = { created_at: now, told_until: now, next_at }
  const row = { id, link_hash, email, email_key: emailKey(email), locale, rhythm, ...period, ...begun }
  await alerts.insertSubscriber(tx, row)
  return id
}

/** By the secret of the link in every mail; undefined when it was stopped. */
export function findByLink(deps: Deps, token: string): Promise<alerts.SubscriberRow | undefined> {
  return alerts.findSubscriberByLink(deps.db, deps.secrets.hash(token))
}

export async function changeRhythm(deps: Deps, { id }: alerts.SubscriberRow, rhythm: Rhythm): Promise<void> {
  await transact(deps, async (tx) => {
    const next_at = nextMorning(rhythm, deps.clock.now(), await findTimeZone(tx))
    await alerts.updateSubscriber(tx, id, { rhythm, next_at })
  })
}

/** For twelve months from now. */
export async function renewAlerts(deps: Deps, { id }: alerts.SubscriberRow): Promise<void> {
  const ends_at = monthsFrom(deps.clock.iso(), ALERT_MONTHS)
  await transact(deps, (tx) => alerts.updateSubscriber(tx, id, { ends_at, asked_at: null }))
}

/** With the last search, all ends. @returns whether anything is left. */
export async function removeAlert(deps: Deps, subscriber: alerts.SubscriberRow, alertId: string): Promise<boolean> {
  const isLeft = await transact(deps, async (tx) => {
    await alerts.deleteAlert(tx, subscriber.id, alertId)
    if ((await alerts.listAlertsOf(tx, [subscriber.id])).length > 0) return true
    await eraseSubscriber(tx, deps, subscriber)
    return false
  })
  if (!isLeft) await writeErased(deps)
  return isLeft
}

/** Nothing is left of the address, at once. Does nothing for a link that was stopped before. */
export async function stopAlerts(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => {
    const subscriber = await alerts.findSubscriberByLink(tx, deps.secrets.hash(token))
    if (subscriber) await eraseSubscriber(tx, deps, subscriber)
  })
  await writeErased(deps)
}
