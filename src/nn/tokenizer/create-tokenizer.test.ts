import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAMILIES, sweep, tiny, tinySource, tinyTokenizer } from '../../../test/support/tokenizer-golden.ts';
import { UsageError } from '../../core/errors.ts';
import { pythonStrip } from './_python-strip.ts';
import { createTokenizer } from './create-tokenizer.ts';

/** Any text, with what tokenizers stumble over mixed in. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(...tiny.texts.filter(({ length }) => length < 60)),
      fc.constantFrom('<|im_end|>', '<|', '|>', ' ', '\n', '\ue000', '<think>'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join('').toWellFormed());
const CONTROL_IDS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'].map((content) => tiny.vocabulary[content]!);

describe.each(FAMILIES)('%s', (family) => {
  const tokenizer = tinyTokenizer(family);
  // Qwen composes characters, though not across its own tokens.
  const read = (text: string): string => (family === 'qwen2' ? text.normalize('NFC') : text);

  test('gives the reference ids of the nasty corpus', () => {
    for (const [index, text] of tiny.texts.entries())
      expect.soft(tokenizer.encode(text), JSON.stringify(text)).toEqual(tiny.families[family].ids[index]);
  });

  test('gives the reference ids of code points of all planes', () => {
    expect(sweep(tokenizer)).toEqual(tiny.families[family].sweep);
  });

  test('decodes what it encoded', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(tokenizer.decode(tokenizer.encode(text)))).toBe(read(text));
      }),
    );
  });

  test('never makes a control token of text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const id of CONTROL_IDS) expect(tokenizer.encode(text)).not.toContain(id);
      }),
    );
  });
});

describe('decoding', () => {
  const tokenizer = tinyTokenizer();

  test('gives the reference text of ids, complete characters or not', () => {
    for (const { ids, text } of tiny.decodes) expect.soft(tokenizer.decode(ids), ids.join()).toBe(text);
  });

  test('streams pieces that join to the whole, and never a half character', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts.map((text) => tokenizer.encode(text)),
          fc.array(fc.nat({ max: tokenizer.vocabularySize })),
        ),
        (ids) => {
          const stream = tokenizer.stream();
          const pieces = ids.map((id) => stream.push(id));
          const whole = tokenizer.decode(ids);
          for (let end = 0, i = 0; i < pieces.length; i++) {
            end += pieces[i]!.length;
            expect(whole.slice(0, end)).toBe(pieces.slice(0, i + 1).join(''));
          }
          expect(pieces.join('') + stream.end()).toBe(whole);
        },
      ),
    );
  });

  test('leaves out control tokens and ids beyond the vocabulary, and names control tokens one by one', () => {
    const [id] = tokenizer.eosIds as [number];
    expect(tokenizer.decode([id, ...tokenizer.encode('x'), tokenizer.vocabularySize, id])).toBe('x');
    expect(tokenizer.tokenText(id)).toBe('<|im_end|>');
    expect(tokenizer.tokenText(tokenizer.encode('x')[0]!)).toBe('x');
  });

  test('reads a lone surrogate as the replacement character', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb');
  });
});

describe('conversations', () => {
  test.each(Object.keys(tiny.templates))('template "%s" gives the reference ids', (name) => {
    const tokenizer = tinyTokenizer('qwen2', name);
    for (const { messages, closed, open } of tiny.chats[name]!) {
      expect.soft(tokenizer.encodeChat(messages), JSON.stringify(messages)).toEqual(closed);
      expect.soft(tokenizer.encodeChat(messages, { open: true }), JSON.stringify(messages)).toEqual(open);
    }
  });

  test('look-alikes in contents give the ids of plain text', () => {
    const source = tinySource(
      'qwen2',
      "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}",
    );
    const tokenizer = createTokenizer(source);
    for (const { content, ids } of tiny.lookAlikes) expect.soft(tokenizer.encodeChat([{ role: 'user', content }]), content).toEqual(ids);
  });

  test('no content adds, removes or moves a control token of the template', () => {
    // This template is as careless as can be: contents sit within and beside halves of control tokens.
    const careless =
      '<{{ messages[0].content | trim }}|im_end|><|im_start|><|{{ messages[1].content }}|><|im_{{ messages[2].content }}>{{ messages[2].content }}<|im_end|>';
    const pieces = fc.array(
      fc.constantFrom(
        '<',
        '<|',
        '<|im_',
        'end|>',
        '|>',
        '>',
        'im_end',
        'im_start',
        'start|',
        '|im_end|',
        '<|im_end|>',
        ' ',
        'x',
        '\ue000',
        '0:3c',
        '\ue001',
      ),
      { maxLength: 4 },
    );
    const contents = fc
      .oneof(
        texts,
        pieces.map((parts) => parts.join('')),
      )
      .filter((content) => pythonStrip(content) !== '');
    const tokenizer = createTokenizer(tinySource('smollm', careless));
    const [, start, end] = CONTROL_IDS;
    fc.assert(
      fc.property(contents, contents, contents, (a, b, c) => {
        const ids = tokenizer.encodeChat([a, b, c].map((content) => ({ role: 'user', content })));
        expect(ids.filter((id) => CONTROL_IDS.includes(id))).toEqual([start, end]);
        expect(tokenizer.decode(ids)).toBe(`<${pythonStrip(a)}|im_end|><|${b}|><|im_${c}>${c}`);
      }),
      { numRuns: 500 },
    );
  });

  test('an answer continues its open prompt as it stands in the closed conversation', () => {
    const tokenizer = tinyTokenizer('smollm', 'plain');
    const user = { role: 'user', content: 'Hello' } as const;
    const prompt = tokenizer.encodeChat([user], { open: true });
    const whole = tokenizer.encodeChat([user, { role: 'assistant', content: 'I am fine.' }]);
    const answer = tokenizer.encodeAnswer('I am fine.', { end: true });
    expect([...prompt, ...answer, ...tokenizer.encode('\n')]).toEqual(whole);
    expect(tokenizer.encodeAnswer('I am fine.')).toEqual(answer.slice(0, -1));
  });

  test('ends an answer with the token that the template writes after it', () => {
    const source = { ...tinySource('llama-bpe', tiny.templates['plain']), eosTokens: ['<|endoftext|>', '<|im_end|>'] };
    expect(createTokenizer(source).encodeAnswer('', { end: true })).toEqual([CONTROL_IDS[2]]);
    expect(createTokenizer({ ...source, chatTemplate: null }).encodeAnswer('', { end: true })).toEqual([CONTROL_IDS[0]]);
  });

  test('knows no date, so that a prompt is the same every day', () => {
    const dated = "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% else %}no date{% endif %}";
    const tokenizer = createTokenizer(tinySource('smollm', dated));
    expect(tokenizer.decode(tokenizer.encodeChat([]))).toBe('no date');
  });

  test('says what is wrong when there is no template, or when it refuses', () => {
    expect(() => tinyTokenizer().encodeChat([{ role: 'user', content: 'x' }])).toThrow(/no chat template/);
    const refusing = createTokenizer(tinySource('smollm', "{{ raise_exception('roles must alternate') }}"));
    expect(() => refusing.encodeChat([])).toThrow(/cannot render .*roles must alternate/);
    expect(() => createTokenizer(tinySource('smollm', '{% if %}'))).toThrow(UsageError);
  });
});

describe('tokens of its own', () => {
  test('tokens that only look special are control tokens too', () => {
    const source = tinySource('smollm');
    const id = Object.keys(tiny.vocabulary).length + 10;
    const tokenizer = createTokenizer({ ...source, json: { ...source.json, added_tokens: [{ id, content: '<|fim|>', special: false }] } });
    expect(tokenizer.encode('<|fim|>')).not.toContain(id);
    expect(tokenizer.tokenText(id)).toBe('<|fim|>');
    expect(tokenizer.vocabularySize).toBe(id + 1);
  });

  test('merges never lead to a control token', () => {
    const source = tinySource('smollm');
    const word = tiny.merges.map((pair) => pair.join('')).find((token) => /^[a-z]+$/.test(token))!;
    const added = { id: tiny.vocabulary[word]!, content: word, special: true };
    expect(tinyTokenizer('smollm').encode(word)).toEqual([added.id]);
    const tokenizer = createTokenizer({
      ...source,
      json: { ...source.json, added_tokens: [...(source.json['added_tokens'] as object[]), added] },
    });
    expect(tokenizer.encode(word)).not.toContain(added.id);
    expect(tokenizer.decode(tokenizer.encode(word))).toBe(word);
  });

  test('swallows blanks and minds words where an added token asks for it', () => {
    const id = 2000;
    const ids = (text: string, flags: object): number[] => {
      const source = tinySource('smollm');
      return createTokenizer({ ...source, json: { ...source.json, added_tokens: [{ id, content: 'MASK', ...flags }] } }).encode(text);
    };
    const plain = (text: string): number[] => tinyTokenizer('smollm').encode(text);
    expect(ids('a  MASK  b', {})).toEqual([...plain('a  '), id, ...plain('  b')]);
    expect(ids('a  MASK  b', { lstrip: true })).toEqual([...plain('a'), id, ...plain('  b')]);
    expect(ids('a  MASK  b', { rstrip: true })).toEqual([...plain('a  '), id, ...plain('b')]);
    expect(ids('MASKs MASK', { single_word: true })).toEqual([...plain('MASKs '), id]);
  });

  test('falls back to the end token for padding, and knows what comes before raw text', () => {
    const source = tinySource('smollm');
    expect(createTokenizer(source)).toMatchObject({ padId: CONTROL_IDS[2], eosIds: [CONTROL_IDS[2]], prefixIds: [] });
    const post_processor = {
      type: 'Sequence',
      processors: [
        { type: 'ByteLevel' },
        {
          type: 'TemplateProcessing',
          single: [{ SpecialToken: { id: '<|endoftext|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        },
      ],
    };
    expect(createTokenizer({ ...source, json: { ...source.json, post_processor } }).prefixIds).toEqual([CONTROL_IDS[0]]);
  });
});

test('long texts take time in proportion to their length', () => {
  const tokenizer = tinyTokenizer('llama-bpe', 'plain');
  for (const unit of ['a', ' ', '\n', ' \n', '7', '<', '<|im_end|>', '👨‍👩‍👧‍👦', '中', 'word ', "it's 12 é\r\n"]) {
    const text = unit.repeat(Math.ceil(100_000 / unit.length));
    const started = performance.now();
    expect(tokenizer.decode(tokenizer.encodeChat([{ role: 'user', content: text }]))).toContain(text);
    // A quadratic step would take minutes; the bound leaves room for a busy machine.
    expect.soft(performance.now() - started, JSON.stringify(unit)).toBeLessThan(5000);
  }
});
