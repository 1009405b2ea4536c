// SPDX-License-Identifier: AGPL-3.0-or-later
// J22: a surge of people at once. The short form of `npm run bench -- surge_lost`.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps } from '../support/app.ts'
import { fillAll } from '../support/offer-form.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'
import { mailboxOf, runSurge } from '../support/surge.ts'

const COUNT = 300
let smtp: TestSmtp | undefined
afterEach(async () => {
  await stopApps()
  await smtp?.stop()
})

it('J22: hundreds apply and confirm at once: none is lost, none is doubled, mails go out in order', async () => {
  smtp = await openSmtp()
  const world = await startApp({ env: { SMTP_URL: smtp.url, TRUSTED_PROXIES: '127.0.0.1' } })
  const b = await world.signIn('bastien')
  const offers: string[] = []
  for (const title of ['Servir la soupe', 'Trier les dons', 'Lire des histoires']) {
    await b.get('/work/offers/new')
    await fillAll(b, title).choose('Sans limite').press('Enregistrer et me relire')
    offers.push(b.url.split('/').at(-1)!)
    await b.press('Publier maintenant')
  }
  const result = await runSurge({
    url: world.url,
    publicUrl: world.deps.config.publicUrl,
    smtp,
    offers,
    count: COUNT,
    perSecond: 1000,
  })
  expect(result).toMatchObject({ applied: COUNT, confirmed: COUNT, statuses: {} })
  const kept = await world.deps.db
    .selectFrom('applications')
    .select(['email', 'state', 'confirmed_at'])
    .orderBy('id')
    .execute()
  expect(kept.map(({ email }) => email).toSorted()).toEqual(
    Array.from({ length: COUNT }, (_, at) => mailboxOf(at)).toSorted(),
  )
  expect(kept.filter(({ state, confirmed_at }) => state !== 'submitted' || confirmed_at === null)).toEqual([])
  await world.settle()
  const mails = await world.deps.db.selectFrom('mails').select(['id', 'to_email', 'state']).orderBy('id').execute()
  expect(mails.filter(({ state, to_email }) => state !== 'sent' && to_email.startsWith('candidate'))).toEqual([])
  // Each mail arrived once, and those to one mailbox in the order in which they were queued.
  const arrivedTo = (mailbox: string) =>
    smtp!.arrived.filter(({ to }) => to.includes(mailbox)).map(({ mail }) => mail.messageId)
  for (let at = 0; at < COUNT; at++) {
    const arrived = arrivedTo(mailboxOf(at))
    expect(new Set(arrived).size).toBe(arrived.length)
    const queued = mails.filter(({ to_email }) => to_email === mailboxOf(at)).map(({ id }) => id)
    const rank = arrived.map((id) => queued.findIndex((one) => id!.includes(one))).filter((one) => one >= 0)
    expect(rank).toEqual(rank.toSorted((one, other) => one - other))
    expect(arrived.length).toBeGreaterThan(0)
  }
  const counted = await world.deps.db
    .selectFrom('offer_counts')
    .select(({ fn }) => fn.sum<number>('applications').as('sum'))
    .executeTakeFirstOrThrow()
  expect(counted.sum).toBe(COUNT)
})
