// SPDX-License-Identifier: AGPL-3.0-or-later
// public, kind 9: rules of French typing refuse no other script. A name, a title, a town or a text of any script is
// taken, kept as it was typed, shown, and found again.
import { afterEach, describe, expect, it } from '@jest/globals'
import { nameKey } from '../../db/plain.ts'
import { normalisePlace, splitPlaces } from '../../db/reference/place-names.ts'
import { freePlace } from '../../db/reference/free-place.ts'
import { indexText, matchExpression } from '../../server/public-offer/index-text.ts'
import { proposeHandle } from '../../server/accounts/rules.ts'
import { sharedGazetteer } from '../../server/shared.ts'
import { personName } from '../../server/web/fields.ts'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

const SCRIPTS: Record<string, { given: string; family: string; title: string; town: string; word: string }> = {
  Arabic: { given: 'أمينة', family: 'بن علي', title: 'توزيع الطعام مساءً', town: 'الدار البيضاء', word: 'الطعام' },
  Chinese: { given: '美玲', family: '王', title: '帮忙分发食物', town: '北京', word: '帮忙分发食物' },
  'Inuktitut syllabics': { given: 'ᓄᓇ', family: 'ᑕᒪᓴ', title: 'ᓂᕿᓂᒃ ᑐᓂᐅᖅᑲᐃᓂᖅ', town: 'ᐃᖃᓗᐃᑦ', word: 'ᓂᕿᓂᒃ' },
  Cree: { given: 'ᒪᕆ', family: 'ᐅᓯᒪᐤ', title: 'ᒦᒋᒻ ᑖᔥᑎᓈᓲ', town: 'ᒥᔅᑎᓯᓃ', word: 'ᒦᒋᒻ' },
  Hindi: { given: 'प्रिया', family: 'शर्मा', title: 'खाना बाँटने में मदद', town: 'नई दिल्ली', word: 'खाना' },
  Thai: { given: 'สมชาย', family: 'ใจดี', title: 'ช่วยแจกอาหาร', town: 'กรุงเทพ', word: 'ช่วยแจกอาหาร' },
  Hebrew: { given: 'נועה', family: 'לוי', title: 'חלוקת אוכל בערב', town: 'ירושלים', word: 'אוכל' },
  Tamil: { given: 'கவிதா', family: 'ராஜன்', title: 'உணவு வழங்க உதவி', town: 'சென்னை', word: 'உணவு' },
  Korean: { given: '민지', family: '김', title: '저녁 급식 돕기', town: '서울', word: '급식' },
  Japanese: { given: 'さくら', family: '山田', title: '炊き出しの手伝い', town: '東京', word: '炊き出しの手伝い' },
  Georgian: { given: 'ნინო', family: 'ბერიძე', title: 'საკვების დარიგება', town: 'თბილისი', word: 'საკვების' },
  Russian: { given: 'Ольга', family: 'Иванова', title: 'Раздача еды вечером', town: 'Москва', word: 'Раздача' },
  Greek: { given: 'Ελένη', family: 'Παππά', title: 'Διανομή φαγητού', town: 'Αθήνα', word: 'φαγητού' },
  Vietnamese: { given: 'Thị Hồng', family: 'Nguyễn', title: 'Phát cơm buổi tối', town: 'Đà Nẵng', word: 'com' },
  Polish: { given: 'Łucja', family: 'Żółć', title: 'Wydawanie posiłków', town: 'Wrocław', word: 'posilkow' },
  Amharic: { given: 'ሰላም', family: 'ታደሰ', title: 'ምግብ ማከፋፈል', town: 'አዲስ አበባ', word: 'ምግብ' },
}

describe.each(Object.entries(SCRIPTS))('%s', (_script, { given, family, title, town, word }) => {
  it('leaves something of every name to be found and put in order by', () => {
    for (const name of [given, family, town, title]) {
      expect([name, nameKey(name)]).not.toEqual([name, ''])
      expect([name, normalisePlace(name)]).not.toEqual([name, ''])
      expect(personName('error.field.unclear').parse(name)).toBe(name.normalize('NFC'))
    }
    expect(splitPlaces(`${town}; Dijon`)).toEqual([town, 'Dijon'])
    expect(freePlace(sharedGazetteer(), town, 'FR')).toMatchObject({ name: town })
    expect(proposeHandle(title).handle).toMatch(/^[a-z0-9][a-z0-9-]*$/)
    expect(matchExpression(word)).not.toBeNull()
    expect(indexText(title)).not.toBe('')
  })

  it('is taken by the forms of people and of offers, and found again by the team', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people/new')
    await b.fill('Prénom', given).fill('Nom', family).press('Envoyer l’invitation')
    expect([b.status, b.heading]).toEqual([200, expect.stringContaining(given)])
    await b.get('/work/people')
    await b.fill('Nom, numéro ou e-mail', family).press('Chercher')
    expect(b.hasLink(`${given} ${family}`)).toBe(true)
    await b.get('/work/offers/new')
    await b.fill('Titre', title).fill('Ville ou village', town).press('Enregistrer et me relire')
    expect(b.errors()).toEqual({})
    expect(b.heading).toBe(title)
    const { content } = await world.deps.db.selectFrom('offers').select('content').executeTakeFirstOrThrow()
    expect(JSON.parse(content)).toMatchObject({ title: { fr: title.normalize('NFC') }, places: [{ name: town }] })
    await b.get('/work/offers')
    await b.fill('Titre ou commune', word).press('Chercher')
    expect(b.hasLink(title)).toBe(true)
  })
})

it('what is written in capitals or in one word only is still asked about in French', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  for (const title of ['SERVIR LA SOUPE', 'Soupe', 'Ab c']) {
    await b.get('/work/offers/new')
    await b.fill('Titre', title).press('Enregistrer et me relire')
    expect([title, b.status]).toEqual([title, 422])
  }
})
