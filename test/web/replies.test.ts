// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever answers a mail reaches a person, or reads that nobody would see the answer (public 21, pages F4).
import { afterEach, expect, it } from '@jest/globals'
import { MINUTE } from '../../server/base/clock.ts'
import { IS_ANSWER } from '../../server/mail/answers.ts'
import type { MailName } from '../../server/text/message-keys.ts'
import { stopApps } from '../support/app.ts'
import { APPLICANT, mailEverything } from '../support/every-mail.ts'
import { fullWorld } from '../support/full-world.ts'
import { readTemplates } from '../support/templates.ts'

afterEach(stopApps)

/** Who reads the answers to a mail. `site`: nobody here, and the mail names the site of the other side. */
const READERS: Record<string, 'administrator' | 'contact' | 'association' | 'applicant' | 'site'> = {
  'accounts/email-change': 'association',
  'accounts/email-changed': 'association',
  'accounts/email-leave': 'association',
  'accounts/erasure': 'association',
  'accounts/inactive': 'association',
  'accounts/invitation': 'association',
  'accounts/password-changed': 'association',
  'accounts/password-reset': 'association',
  'accounts/second-factor-off': 'association',
  'accounts/second-factor-on': 'association',
  'accounts/sign-in-link': 'association',
  'alerts/confirm': 'association',
  'alerts/digest': 'association',
  'alerts/ending': 'association',
  'applications/accepted': 'contact',
  'applications/after': 'contact',
  'applications/arrived': 'applicant',
  'applications/attendance': 'association',
  'applications/before': 'contact',
  // There is no address.
  'applications/call': 'association',
  'applications/cancelled': 'contact',
  'applications/changed': 'contact',
  'applications/closed': 'contact',
  // To a mailbox that nobody has proved: the address of the contact is not shown.
  'applications/confirm': 'association',
  'applications/consent': 'applicant',
  'applications/declined': 'contact',
  // To a mailbox that nobody has proved.
  'applications/guardian': 'association',
  'applications/joined': 'applicant',
  'applications/known': 'association',
  'applications/lapsed': 'contact',
  'applications/message': 'contact',
  'applications/not_taken': 'contact',
  'applications/own': 'association',
  'applications/place': 'contact',
  'applications/received': 'contact',
  'applications/reminder': 'applicant',
  'applications/silent': 'contact',
  'applications/testimonial': 'association',
  'applications/thanks': 'contact',
  'applications/unconfirmed': 'association',
  // There is no address that works.
  'applications/undelivered': 'association',
  'applications/waitlisted': 'contact',
  'applications/withdrawn': 'applicant',
  'applications/without_files': 'contact',
  'applications/wrote': 'applicant',
  'enquiries/accepted': 'association',
  'enquiries/answer': 'contact',
  'enquiries/arrived': 'association',
  'enquiries/confirm': 'association',
  'enquiries/known': 'association',
  'enquiries/passing': 'association',
  'enquiries/proposal': 'contact',
  'enquiries/received': 'association',
  'help/answer': 'administrator',
  'help/asked': 'association',
  'hours/returned': 'association',
  'cec/march': 'association',
  'hours/link': 'association',
  'hours/usual': 'association',
  'hours/thanks': 'association',
  'hours/waiting': 'association',
  'moderation/received': 'site',
  'moderation/waiting': 'association',
  'notices/gathered': 'association',
  'offers/decided': 'site',
  'offers/ending': 'association',
  'offers/invitation': 'contact',
  'offers/forwarded': 'association',
  'offers/draft': 'association',
  'offers/reopening': 'association',
  'partners/declined': 'site',
  'partners/ended': 'site',
  'partners/joined': 'site',
  'partners/paused': 'site',
  'partners/resumed': 'site',
  'partners/received': 'site',
  'people/undelivered': 'association',
  'privacy/answered': 'association',
  'privacy/asked': 'association',
  'privacy/lifting': 'association',
  'reports/decided': 'association',
  'reports/received': 'association',
  'privacy/received': 'association',
}
const ADDRESS = {
  contact: 'bastien@example.org',
  administrator: 'amina@example.org',
  association: 'contact@example.org',
  applicant: APPLICANT,
  site: '',
}

type Row = { template: string; reply_email: string; text: string; html: string }

async function everyMail(withoutEmail = false): Promise<Row[]> {
  const { world } = await fullWorld()
  if (withoutEmail) await world.deps.db.updateTable('association').set({ contact_email: '' }).execute()
  await mailEverything(world)
  await world.settle()
  world.clock.advance(20 * MINUTE)
  const rows = await world.deps.db.selectFrom('mails').selectAll().orderBy('id').execute()
  return rows.map(({ template, reply_email, body_text: text, body_html: html }) => ({
    template,
    reply_email,
    text,
    html,
  }))
}
/** They give no reader of their own, so the association reads the answers. */
const NOT_WRITTEN_HERE = [
  'accounts/inactive',
  'alerts/digest',
  'alerts/ending',
  'cec/march',
  'hours/thanks',
  'hours/usual',
  'moderation/waiting',
  'notices/gathered',
  'offers/draft',
  'offers/forwarded',
  'privacy/answered',
  'privacy/lifting',
  'reports/decided',
]

it('every mail says who reads an answer, and the answer goes there', async () => {
  const rows = await everyMail()
  const names = readTemplates().map(({ name }) => name)
  const mails = names.filter((name) => name.startsWith('mail/') && !name.endsWith('.txt')).map((name) => name.slice(5))
  expect(Object.keys(READERS).toSorted()).toEqual(mails.toSorted())
  const seen = new Set(rows.map(({ template }) => template))
  expect(mails.filter((name) => !seen.has(name)).toSorted()).toEqual(NOT_WRITTEN_HERE)
  for (const { template, reply_email, text, html } of rows) {
    const reader = READERS[template]!
    expect([template, reply_email]).toEqual([template, ADDRESS[reader]])
    const says = reader === 'site' ? 'Ne répondez pas à ce message' : 'Vous pouvez répondre à ce message'
    for (const part of [text, html]) expect([template, part.includes(says)]).toEqual([template, true])
    if (reader === 'site') expect(text).toMatch(/Pour joindre [^\n]+\s: https:\/\/\S+\n/)
  }
})

/** No answer, and yet not to be stopped, each with the reason. Mails to the mailbox of the association are its own choice. */
const NOT_STOPPED: Record<string, string> = {
  'applications/after': 'one question for each day that somebody took part in',
  'applications/guardian': 'asked once and once more, about a child who applied; the page it leads to ends it',
  'applications/thanks': 'one thanks for each offer that somebody took part in',
  'enquiries/passing': 'a counsellor writes it to one association at that moment',
  'enquiries/proposal': 'somebody asked for offers; the page it leads to ends it',
  'accounts/invitation': 'somebody of the team asks for it at that moment',
  'accounts/inactive': 'a duty: before the data of the person is erased',
  'offers/forwarded': 'one mail, of which nothing is kept: none follows',
  'hours/link': 'somebody of the team sends it to one person at that moment',
  'privacy/asked': 'a duty: the law gives a month to answer',
}

it('P13: every mail that is no answer is stopped by one press in the mail program, or there is a reason', async () => {
  const { world } = await fullWorld()
  await mailEverything(world)
  await world.settle()
  const rows = await world.deps.db.selectFrom('mails').selectAll().execute()
  const wrong = rows
    .filter(({ template, to_email, stop_url }) => {
      const isAnswer = IS_ANSWER[template as MailName]
      const isStopped = stop_url !== ''
      if (isAnswer || Object.hasOwn(NOT_STOPPED, template)) return isStopped
      return !isStopped && to_email !== ADDRESS.association
    })
    .map(({ template, to_email }) => `${template} to ${to_email}`)
  expect([...new Set(wrong)]).toEqual([])
  expect(rows.filter(({ stop_url }) => stop_url !== '').length).toBeGreaterThan(8)
  expect(Object.keys(NOT_STOPPED).filter((name) => IS_ANSWER[name as MailName])).toEqual([])
  // Each of these addresses does it, without a cookie, and does nothing when it is opened.
  const links = [...new Set(rows.map(({ stop_url }) => stop_url).filter((url) => url.includes('/notices/')))]
  expect(links.length).toBeGreaterThan(3)
  const path = links[0]!.replace('http://localhost:3000', '')
  const choices = async () =>
    (await world.deps.db.selectFrom('people').select('notice_choices').execute())
      .map(({ notice_choices }) => notice_choices)
      .filter((one) => one.includes('none'))
  expect((await world.browser().get(path)).status).toBe(200)
  expect(await choices()).toEqual([])
  const press = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }
  expect((await fetch(world.url + path, press)).status).toBe(200)
  expect(await choices()).toHaveLength(1)
  expect((await fetch(`${world.url}/notices/v1.x.y.z/stop`, press)).status).toBe(410)
})

it('without an address of the association, a mail says so and where to write', async () => {
  const rows = await everyMail(true)
  const own = rows.filter(({ template }) => READERS[template] === 'association')
  expect(own.length).toBeGreaterThan(10)
  // Written before the address went away.
  const after = own.filter(({ reply_email }) => reply_email === '')
  expect(after.length).toBeGreaterThan(8)
  for (const { text } of after)
    expect(text).toMatch(
      /Ne répondez pas à ce message\s: personne ne lirait votre réponse. Pour nous joindre\s: http:\S+\/legal\n/,
    )
})

it('pages F4: each page about somebody shows how they are reached', async () => {
  const { world } = await fullWorld()
  const { db } = world.deps
  const links = async (path: string) => {
    const b = await world.signIn('amina')
    await b.get(path)
    return [...b.document.querySelectorAll('main a')].map((one) => one.getAttribute('href'))
  }
  const applied = await db
    .selectFrom('applications')
    .select('id')
    .where('email', '=', ADDRESS.applicant)
    .executeTakeFirstOrThrow()
  expect(await links(`/work/applications/${applied.id}`)).toContain(`mailto:${ADDRESS.applicant}`)
  const member = await db
    .selectFrom('affiliations')
    .selectAll()
    .where('partner_is', '=', 'member')
    .executeTakeFirstOrThrow()
  expect(await links(`/partners/${member.id}`)).toContain(member.partner_url)
  const items = await db.selectFrom('moderation_items').select(['id', 'offer_uri']).execute()
  for (const item of items) expect(await links(`/moderation/${item.id}`)).toContain(new URL(item.offer_uri).origin)
})
