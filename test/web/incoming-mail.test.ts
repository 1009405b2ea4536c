// SPDX-License-Identifier: AGPL-3.0-or-later
// Where the host receives mail, an answer to a mail about an application is a message of its conversation.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { sql } from 'kysely'
import { findPerson } from '../../db/queries/people.ts'
import { acceptApplication, declineApplication } from '../../server/applications/commands/answer.ts'
import { takeAnswer } from '../../server/applications/commands/by-mail.ts'
import { writeToTeam } from '../../server/applications/commands/messages.ts'
import { forgetAnswersByMail, takeAnswersByMail } from '../../server/applications/incoming.ts'
import { anonymiseEnded } from '../../server/applications/timetable.ts'
import { endAccess } from '../../server/accounts/end-access.ts'
import { tokenOf } from '../../server/applications/link.ts'
import { DAY, HOUR } from '../../server/base/clock.ts'
import { createPost } from '../../server/mail/sender.ts'
import type { MailName } from '../../server/text/message-keys.ts'
import { Reader } from '../../server/mail/incoming/reader.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { personAsJson } from '../../server/privacy/export.ts'
import { transact } from '../../server/web/transact.ts'
import { aminaOf, apply, bastienOf, fold, publish, row, YVON } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { openSmtp } from '../support/smtp.ts'
import { deliveryStatus, nested, plain, SAMPLES, withFiles } from '../support/incoming-mails.ts'

const folders: string[] = []
const servers: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await stopApps()
  for (const server of servers.splice(0)) await server.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const BASTIEN = 'bastien@example.org'
const ABOVE = 'Répondez à ce message, au-dessus de cette ligne.'

/** Yvon has applied; both sides have a mail with an address for answers. */
async function begun(env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-replies-'))
  folders.push(folder)
  for (const box of ['new', 'cur', 'tmp']) mkdirSync(join(folder, box))
  const world = await startApp({
    env: { MAIL_REPLIES: 'reponses@example.org', MAIL_REPLIES_DIR: folder, ...env },
  })
  await apply(world, await publish(world))
  await world.settle()
  return { world, folder, own: await addressFor(world, YVON.email), team: await addressFor(world, BASTIEN) }
}

const mailsTo = async (world: World, email: string) => {
  await world.settle()
  return world.deps.db.selectFrom('mails').selectAll().where('to_email', '=', email).orderBy('id').execute()
}
const lastTo = async (world: World, email: string) => (await mailsTo(world, email)).at(-1)!
const addressFor = async (world: World, email: string) =>
  (await mailsTo(world, email)).findLast(({ reply_email }) => reply_email.includes('+'))!.reply_email
const tokenIn = (address: string) => /\+([^@]+)@/.exec(address)![1]!
const messages = (world: World) =>
  world.deps.db.selectFrom('application_messages').selectAll().orderBy('sent_at').orderBy('id').execute()
const bodies = async (world: World) => (await messages(world)).map(({ side, body }) => [side, body])
let files = 0
const deliver = (folder: string, raw: string | Buffer, box = 'new') => {
  const name = `${String(1_764_500_000 + files++)}.V1.host`
  writeFileSync(join(folder, box, name), raw)
  return name
}
const left = (folder: string) => ['new', 'cur'].flatMap((box) => readdirSync(join(folder, box)))
const aside = (folder: string) =>
  existsSync(join(folder, '.set-aside')) ? readdirSync(join(folder, '.set-aside/cur')) : []
const take = async (world: World) => {
  world.clock.advance(1000)
  await takeAnswersByMail(world.deps)
  await world.settle()
}
const counts = async (world: World) =>
  Object.fromEntries(
    (await world.deps.db.selectFrom('incoming_counts').selectAll().execute()).map(({ outcome, count }) => [
      outcome,
      count,
    ]),
  )
/** What was said about answers that were not taken. */
const refusals = async (world: World) =>
  (
    await world.deps.db
      .selectFrom('mails')
      .selectAll()
      .where('template', '=', 'applications/not_taken')
      .orderBy('id')
      .execute()
  ).map(({ to_email, body_text }) => ({ to: to_email, text: fold(body_text) }))

describe('the mails', () => {
  it('have an address for answers, one for each side, and begin with the line above which one writes', async () => {
    const { world, own, team } = await begun()
    for (const address of [own, team]) {
      expect(address).toMatch(/^reponses\+[0-9a-f]{32}@example\.org$/)
      expect(address.split('@')[0]!.length).toBeLessThanOrEqual(64)
    }
    expect(own).not.toBe(team)
    const toYvon = await lastTo(world, YVON.email)
    const toBastien = await lastTo(world, BASTIEN)
    expect(fold(toYvon.body_text).split('\n')[0]).toBe(`${ABOVE} Votre réponse arrive chez Les Jardins du Canal.`)
    expect(fold(toBastien.body_text).split('\n')[0]).toBe(`${ABOVE} Votre réponse arrive chez Yvon Paquette.`)
    for (const { body_text, body_html } of [toYvon, toBastien]) {
      expect(fold(body_html)).toContain(ABOVE)
      expect(body_text + body_html).not.toContain('Vous pouvez répondre à ce message')
      expect(body_text + body_html).not.toContain('Ne répondez pas')
    }
    // It is no link: it neither opens the page of the person nor answers the application.
    for (const path of [`/applications/${tokenIn(own)}`, `/applications/answering/${tokenIn(team)}`])
      expect((await world.browser().get(path)).status).toBe(404)
  })

  it('say it in the language of the addressee', async () => {
    const { world } = await begun()
    await world.deps.db.updateTable('applications').set({ locale: 'en' }).execute()
    await acceptApplication(world.deps, aminaOf(world), (await row(world)).id, { word: '' })
    const mail = await lastTo(world, YVON.email)
    expect(mail.body_text.split('\n')[0]).toBe(
      'Answer this message above this line. Your answer reaches Les Jardins du Canal.',
    )
  })

  it('carry it as Reply-To, also as a list of several messages of one conversation', async () => {
    const { world, team } = await begun()
    const smtp = await openSmtp()
    const post = createPost({ ...world.deps, config: { ...world.deps.config, smtpUrl: smtp.url } })
    servers.push(post, smtp)
    const { id } = await row(world)
    for (const body of ['Une question.', 'Une autre.']) await writeToTeam(world.deps, tokenOf(world.deps, id), body)
    await world.settle()
    world.clock.advance(HOUR)
    const send = async (template: MailName) => {
      const waiting = world.deps.db.updateTable('mails').set({ state: 'queued', attempts: 0 })
      await waiting.where('template', '=', template).where('to_email', '=', BASTIEN).execute()
      await post.drain()
      return smtp.arrived.at(-1)!.mail
    }
    const [one, list] = [await send('applications/arrived'), await send('applications/wrote')]
    expect([one.subject, list.subject]).toEqual([
      expect.stringContaining('Trier les dons'),
      expect.stringMatching(/^2 /),
    ])
    for (const mail of [one, list]) {
      expect(mail.replyTo?.[0]?.address).toBe(team)
      expect(fold(mail.text!).split('\n')[0]).toBe(`${ABOVE} Votre réponse arrive chez Yvon Paquette.`)
    }
  })

  it('lead to the contact again once the conversation is over, and to nobody new without the settings', async () => {
    const { world } = await begun()
    await declineApplication(world.deps, bastienOf(world), (await row(world)).id, { reason: 'no_fit', answer: 'Non.' })
    const mail = await lastTo(world, YVON.email)
    expect([mail.template, mail.reply_email]).toEqual(['applications/declined', BASTIEN])
    expect(mail.body_text).toContain('Vous pouvez répondre à ce message')
    const without = await startApp({ env: { PUBLIC_URL: 'http://localhost:3100' } })
    await apply(without, await publish(without))
    await takeAnswersByMail(without.deps)
    expect((await mailsTo(without, YVON.email)).map(({ reply_email }) => reply_email)).not.toContain('+')
    expect(await without.deps.db.selectFrom('tokens').select('hash').where('purpose', '=', 'reply').execute()).toEqual(
      [],
    )
  })
})

describe('an answer', () => {
  it.each(Object.keys(SAMPLES))('%s', async (name) => {
    const { world, folder, own } = await begun()
    const secret = `http://localhost:3000${await world.linkFor(YVON.email)}`
    const { says, raw } = SAMPLES[name]!
    deliver(folder, raw({ to: own, above: ABOVE, secret }))
    await take(world)
    expect(await bodies(world)).toEqual([['person', says]])
    expect([left(folder), aside(folder)]).toEqual([[], []])
  })

  it('goes to the other side, whose answer by mail comes back under their name', async () => {
    const { world, folder, own, team } = await begun()
    deliver(folder, plain(own, 'À quelle heure ?', ['Message-ID: <1@web>']), 'cur')
    await take(world)
    const asked = await lastTo(world, BASTIEN)
    expect([asked.template, asked.reply_email]).toEqual(['applications/wrote', team])
    expect(fold(asked.body_text)).toContain('> À quelle heure ?')
    expect(fold(asked.body_text)).toContain('vos collègues voient aussi votre réponse sur cette page')

    const b = await world.signIn('amina')
    await b.get(`/work/applications/${(await row(world)).id}`)
    expect(b.document.querySelectorAll('#messages .state--new')).toHaveLength(1)
    world.clock.advance(1000)
    deliver(folder, plain(team, 'À 9 h.', ['Message-ID: <2@web>', `In-Reply-To: <${asked.id}@localhost>`]))
    await take(world)
    expect((await messages(world)).map(({ side, body, sent_by }) => [side, body, sent_by])).toEqual([
      ['person', 'À quelle heure ?', null],
      ['team', 'À 9 h.', world.id('bastien')],
    ])
    // What was answered is read.
    await b.get(`/work/applications/${(await row(world)).id}`)
    expect(b.document.querySelectorAll('#messages .state--new')).toHaveLength(0)
    expect(b.text).toContain('À 9 h.')
    const answered = await lastTo(world, YVON.email)
    expect([answered.template, answered.reply_email]).toEqual(['applications/message', own])
    expect(fold(answered.body_text)).toContain('Bastien Moreau vous écrit :\n\n> À 9 h.')
    const events = await world.deps.db
      .selectFrom('events')
      .select(['type', 'actor_id'])
      .where('type', 'in', ['application.team_wrote', 'application.person_wrote'])
      .orderBy('seq')
      .execute()
    expect(events.map(({ type, actor_id }) => [type, actor_id])).toEqual([
      ['application.person_wrote', null],
      ['application.team_wrote', world.id('bastien')],
    ])
    expect(await counts(world)).toEqual({ taken: 2 })
    // The address from which it came is shown nowhere, and nothing of it is in the log.
    expect(JSON.stringify(await world.deps.db.selectFrom('mails').selectAll().execute())).not.toContain('yvon.autre')
    expect(world.logged.join()).not.toMatch(/yvon\.autre|quelle heure|9 h/)
  })

  it('is a message once, whatever was killed and however often it comes', async () => {
    const { world, folder, own } = await begun()
    const raw = plain(own, 'Une seule fois.', ['Message-ID: <once@web>'])
    const name = deliver(folder, raw)
    // Committed, and killed before the file went away.
    const key = world.deps.secrets.mac(`${tokenIn(own)} <once@web>`, 'incoming mail')
    const answer = { words: 'Une seule fois.', length: 15, files: 0, answers: '' }
    const twice = [1, 2].map(() => takeAnswer(world.deps, { token: tokenIn(own), key }, answer))
    expect((await Promise.all(twice)).toSorted()).toEqual(['known', 'taken'])
    expect(left(folder)).toEqual([name])
    await take(world)
    deliver(folder, raw)
    await take(world)
    expect(await bodies(world)).toEqual([['person', 'Une seule fois.']])
    expect(left(folder)).toEqual([])
    // Without a Message-ID, its bytes tell.
    for (const body of ['Sans nom.', 'Sans nom.', 'Sans nom !']) deliver(folder, plain(own, body))
    await take(world)
    expect((await bodies(world)).map(([, body]) => body)).toEqual(['Une seule fois.', 'Sans nom.', 'Sans nom !'])
  })

  it('shows no link of our mails to the other side, however it is quoted', async () => {
    const { world, folder, team } = await begun()
    const links = [...(await lastTo(world, BASTIEN)).body_text.matchAll(/http:\S+\/applications\/\S+/g)].map(
      ([url]) => url,
    )
    expect(links.length).toBeGreaterThan(2)
    const body = [
      'Voir http://localhost:3000/offers et https://wiki.example/gants.',
      ...links.map((one) => `> ${one}`),
      'Entre les lignes.',
      ...links.map((one) => `https://safelinks.example/?url=${encodeURIComponent(one)}&data=5`),
      `Écrivez à ${team}`,
    ]
    deliver(folder, plain(team, body.join('\n')))
    await take(world)
    const [said] = await messages(world)
    expect(said!.body).toContain('Voir http://localhost:3000/offers et https://wiki.example/gants.')
    expect(said!.body).toContain('Écrivez à reponses@example.org')
    const secrets = [...links.map((url) => /\/([\w-]{30,})/.exec(url)![1]!), tokenIn(team)]
    expect(secrets.filter((one) => said!.body.includes(one))).toEqual([])
  })

  it('from the mailbox that is also our sender is an answer', async () => {
    const { world, folder, team } = await begun()
    deliver(folder, plain(team, 'Merci !').replace(/^From:.*$/m, 'From: Les Jardins <mainforte@example.org>'))
    await take(world)
    expect(await bodies(world)).toEqual([['team', 'Merci !']])
  })

  it('with files has a line that says so, and whoever sent it is told', async () => {
    const { world, folder, own } = await begun()
    deliver(folder, withFiles(own, 'Voici mon CV.', 2))
    await take(world)
    expect(await bodies(world)).toEqual([
      ['person', 'Voici mon CV.\n\n(2 fichiers étaient joints à ce message. Ils n’ont pas été gardés.)'],
    ])
    const told = await lastTo(world, YVON.email)
    expect(told.template).toBe('applications/without_files')
    expect(fold(told.body_text)).toContain('Les 2 fichiers joints n’ont pas été gardés')
    expect(told.reply_email).toBe(own)
  })

  it('as long as a message may be has its words whole, also with a file', async () => {
    const { world, folder, own } = await begun()
    deliver(folder, withFiles(own, 'é'.repeat(1990), 1))
    await take(world)
    expect([await bodies(world), await refusals(world)]).toEqual([[['person', 'é'.repeat(1990)]], []])
    expect((await lastTo(world, YVON.email)).template).toBe('applications/without_files')
  })
})

describe('what is not taken', () => {
  it.each([
    ['Auto-Submitted: auto-replied'],
    ['Precedence: bulk'],
    ['Precedence: auto_reply'],
    ['List-Id: <liste.example.net>'],
    ['X-Autoreply: yes'],
    ['Message-ID: <01930f5e-0000-7000-8000-000000000000@localhost>'],
    ['Return-Path: <>'],
  ])('what a program sent: %s', async (line) => {
    const { world, folder, own } = await begun()
    const before = (await world.mails()).length
    deliver(folder, `${line}\r\n${plain(own, 'Je suis en congé.')}`)
    await take(world)
    expect([await bodies(world), left(folder), await counts(world)]).toEqual([[], [], { automatic: 1 }])
    expect((await world.mails()).length).toBe(before)
  })

  it('a report that something did not arrive', async () => {
    const { world, folder, own } = await begun()
    deliver(folder, deliveryStatus(own))
    await take(world)
    expect([await bodies(world), await counts(world)]).toEqual([[], { automatic: 1 }])
  })

  it('what goes to an unknown address: nobody is told, it is not even read, and it is counted', async () => {
    const { world, folder } = await begun()
    const reads = jest.spyOn(Reader.prototype, 'read')
    const before = (await world.mails()).length
    deliver(folder, plain(`reponses+${'0'.repeat(32)}@example.org`, 'Publicité'))
    deliver(folder, plain('reponses@example.org', 'Publicité'))
    deliver(folder, plain(`reponses+${'0'.repeat(32)}@example.org`, 'x'.repeat(1_100_000)))
    await take(world)
    expect([await bodies(world), left(folder), aside(folder), await counts(world)]).toEqual([
      [],
      [],
      [],
      { unknown: 3 },
    ])
    expect(reads).not.toHaveBeenCalled()
    reads.mockRestore()
    expect((await world.mails()).length).toBe(before)
  })

  it('an answer without words, one that is too long, and one after the end: each is told why, at the mailbox that is known', async () => {
    const { world, folder, own, team } = await begun()
    deliver(folder, plain(own, `\n\n> ${ABOVE}\n> Bonjour`))
    deliver(folder, plain(own, 'é'.repeat(2001)))
    deliver(folder, plain(own, 'é'.repeat(30_000)))
    deliver(folder, plain(own, `Un mot,${' '.repeat(25_000)}et un autre.`))
    deliver(folder, plain(own, 'é'.repeat(2000)))
    await take(world)
    expect((await bodies(world)).map(([, body]) => body!.length)).toEqual([2000])
    await declineApplication(world.deps, aminaOf(world), (await row(world)).id, { reason: 'no_fit', answer: '' })
    deliver(folder, plain(own, 'Encore une chose.'))
    deliver(folder, plain(team, 'Encore une chose.'))
    await take(world)
    const told = await refusals(world)
    expect(told.map(({ to }) => to)).toEqual([YVON.email, YVON.email, YVON.email, YVON.email, YVON.email, BASTIEN])
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringContaining('aucun mot de vous'),
      expect.stringContaining('Elle compte 2 001 caractères, et un message en prend 2 000 au plus'),
      expect.stringContaining('Elle compte 30 000 caractères'),
      expect.stringContaining('Elle compte 25 019 caractères'),
      expect.stringContaining('Cet échange est terminé'),
      expect.stringContaining('Cet échange est terminé'),
    ])
    expect(await counts(world)).toEqual({ taken: 1, told: 6 })
  })

  it('of whoever answers applications no more, or whose access was ended since', async () => {
    const { world, folder, team } = await begun()
    await world.deps.db.deleteFrom('people_roles').where('person_id', '=', world.id('bastien')).execute()
    deliver(folder, plain(team, 'Je suis parti.'))
    await take(world)
    expect([await bodies(world), (await refusals(world)).map(({ to }) => to)]).toEqual([[], [BASTIEN]])
    expect((await refusals(world))[0]!.text).toContain('Votre accès a changé')

    const other = await begun({ PUBLIC_URL: 'http://localhost:3100' })
    await transact(other.world.deps, (tx) => endAccess(tx, other.world.id('bastien')))
    deliver(other.folder, plain(other.team, 'Est-ce bien moi ?'))
    await take(other.world)
    expect([await bodies(other.world), (await refusals(other.world)).map(({ to }) => to)]).toEqual([[], [BASTIEN]])
  })

  it('more than twenty a day of one side, as on the page: told once', async () => {
    const { world, folder, own } = await begun()
    for (let n = 1; n <= 23; n++) deliver(folder, plain(own, `Message ${n}`))
    await take(world)
    expect((await bodies(world)).length).toBe(20)
    expect((await refusals(world)).map(({ text }) => text)).toEqual([expect.stringContaining('Beaucoup de messages')])
    expect(await counts(world)).toEqual({ taken: 20, told: 3 })
  })

  it('after the purge of the application, its address is unknown', async () => {
    const { world, folder, own } = await begun()
    await declineApplication(world.deps, aminaOf(world), (await row(world)).id, { reason: 'no_fit', answer: '' })
    world.clock.advance(400 * DAY)
    await anonymiseEnded(world.deps)
    expect(await world.deps.db.selectFrom('tokens').select('hash').where('purpose', '=', 'reply').execute()).toEqual([])
    deliver(folder, plain(own, 'Vous souvenez-vous ?'))
    await take(world)
    expect(await counts(world)).toEqual({ unknown: 1 })
  })
})

describe('what cannot be read', () => {
  it('is set aside with its reason, and the next one is taken', async () => {
    const { world, folder, own } = await begun()
    const deep = deliver(folder, nested(own, 10_000))
    const big = deliver(folder, plain(own, 'Photo '.repeat(200_000), ['Message-ID: <big@web>']))
    const again = deliver(folder, plain(own, 'Photo '.repeat(200_000), ['Message-ID: <big@web>']))
    mkdirSync(join(folder, 'new', '1764509999.V1.folder'))
    deliver(folder, Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256)))
    deliver(folder, '')
    deliver(folder, plain(own, 'Et moi ?'))
    await take(world)
    expect(await bodies(world)).toEqual([['person', 'Et moi ?']])
    expect([left(folder), aside(folder)]).toEqual([[], [deep, big, again, '1764509999.V1.folder']])
    expect((await refusals(world)).map(({ to, text }) => [to, /trop lourde|ne lit pas/.exec(text)?.[0]])).toEqual([
      [YVON.email, 'ne lit pas'],
      [YVON.email, 'trop lourde'],
    ])
    const b = await world.signIn('amina')
    await b.get('/operator')
    expect(b.status).toBe(200)
    expect(b.text).toContain('4 fichiers n’ont pas pu être lus.')
    expect(b.text).toContain('1 est arrivée dans son échange.')
    for (const text of [deep, 'Ce n’est pas un message qui se lit.', big, 'Il fait plus de 1 Mo.', folder])
      expect(b.text).toContain(text)
    // After thirty days, nothing of it is left.
    world.clock.advance(31 * DAY)
    await forgetAnswersByMail(world.deps)
    expect(aside(folder)).toEqual([])
    expect(await world.deps.db.selectFrom('incoming_mails').selectAll().execute()).toEqual([])
    expect(await counts(world)).toEqual({})
  })

  it('a fault of ours with one mail stops no other', async () => {
    const { world, folder, own, team } = await begun()
    await sql`create trigger no_team before insert on application_messages when new.side = 'team'
      begin select raise(abort, 'fault'); end`.execute(world.deps.db)
    const name = deliver(folder, plain(team, 'Confidentiel'))
    deliver(folder, plain(own, 'Bonjour'))
    await take(world)
    expect([await bodies(world), left(folder), aside(folder)]).toEqual([[['person', 'Bonjour']], [], [name]])
    expect(world.logged.join('\n')).toContain('an answer by mail could not be taken')
    expect(world.logged.join('\n')).not.toContain('Confidentiel')
    // Put back once it is mended, it is taken, and shown no more.
    await sql`drop trigger no_team`.execute(world.deps.db)
    const shown = () => world.deps.db.selectFrom('incoming_mails').select('file').where('file', '<>', '').execute()
    expect(await shown()).toEqual([{ file: name }])
    renameSync(join(folder, '.set-aside/cur', name), join(folder, 'new', name))
    await take(world)
    expect(await shown()).toEqual([])
    expect((await bodies(world)).at(-1)).toEqual(['team', 'Confidentiel'])
  })

  it('one that is put back, and can be read now, is taken', async () => {
    const { world, folder, own } = await begun()
    const read = jest.spyOn(Reader.prototype, 'read').mockImplementationOnce(() => Promise.resolve(undefined))
    const name = deliver(folder, plain(own, 'Je viens samedi.', ['Message-ID: <slow@web>']))
    await take(world)
    read.mockRestore()
    expect([await bodies(world), aside(folder), (await refusals(world)).length]).toEqual([[], [name], 1])
    renameSync(join(folder, '.set-aside/cur', name), join(folder, 'new', name))
    await take(world)
    expect([await bodies(world), left(folder)]).toEqual([[['person', 'Je viens samedi.']], []])
  })

  it('a mail that takes too long is given up, and the next one read', async () => {
    const reader = new Reader({ above: [], ours: [], publicUrl: 'http://localhost:3000' }, 0)
    expect(await reader.read(Buffer.from('Subject: x\n\ny'))).toBeUndefined()
    const patient = new Reader({ above: [], ours: [], publicUrl: 'http://localhost:3000' })
    expect((await patient.read(Buffer.from('Subject: x\n\ny')))?.words).toBe('y')
    await patient.close()
  })

  it('a folder that is gone is a fault of the job, one without mail is none', async () => {
    const { world, folder } = await begun()
    for (const box of ['new', 'cur', 'tmp']) rmSync(join(folder, box), { recursive: true })
    await takeAnswersByMail(world.deps)
    rmSync(folder, { recursive: true })
    await expect(takeAnswersByMail(world.deps)).rejects.toThrow('ENOENT')
  })

  it('fifty at a time', async () => {
    const { world, folder } = await begun()
    for (let n = 0; n < 60; n++) deliver(folder, plain('reponses@example.org', `${n}`))
    await take(world)
    expect(left(folder)).toHaveLength(10)
    await take(world)
    expect([left(folder), await counts(world)]).toEqual([[], { unknown: 60 }])
  })
})

it('whoever leaves takes it along, and it is erased with them', async () => {
  const { world, folder, own } = await begun()
  await acceptApplication(world.deps, aminaOf(world), (await row(world)).id, { word: '' })
  deliver(folder, plain(own, 'Je suis allergique au pollen.'))
  await take(world)
  const person = (await findPerson(world.deps.db, (await row(world)).person_id!))!
  const parts: string[] = []
  for await (const part of personAsJson(world.deps, person)) parts.push(part)
  expect(parts.join('')).toContain('allergique au pollen')
  await erasePerson(world.deps, person, null)
  expect(await messages(world)).toEqual([])
  const tokens = await world.deps.db.selectFrom('tokens').selectAll().where('purpose', '=', 'reply').execute()
  expect(tokens.filter(({ hash }) => hash === world.deps.secrets.hash(tokenIn(own)))).toEqual([])
})
