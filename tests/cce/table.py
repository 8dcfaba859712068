#!/usr/bin/env python3
"""table.py TABLE calls|names [LIST]: from the table of prototypes, C and C++ calls with another
value in every position and what check.c must find; or a comparison with the generated list."""
import re
import sys

C = {'s8': 'int8_t', 'u8': 'uint8_t', 's16': 'int16_t', 'u16': 'uint16_t', 'f16': 'half',
     'bf16': 'bfloat16_t', 's32': 'int32_t', 'u32': 'uint32_t', 'f32': 'float',
     's64': 'int64_t', 'u64': 'uint64_t', 'void': 'void'}
SCALAR = {'f16': ('dv_half(1.5)', 0x3e00), 'bf16': ('dv_bfloat16(2.5)', 0x4020),
          'f32': ('3.25f', 0x40500000), 's8': ('(int8_t)-3', 0xfd), 's16': ('(int16_t)-5', 0xfffb),
          's32': ('-7', 0xfffffff9), 's64': ('-9', (1 << 64) - 9)}
PIPES = [('PIPE_MTE2', 'mte2'), ('PIPE_V', 'v')]


def split(text):
    """Splits at commas outside brackets."""
    out, depth, now = [], 0, ''
    for c in text:
        depth += (c == '[') - (c == ']')
        if c == ',' and not depth:
            out.append(now.strip())
            now = ''
        else:
            now += c
    return out + [now.strip()] if now.strip() else out


def braces(text):
    """Every way to resolve {a:0,b:1} in a name: (name, a, 0)."""
    m = re.search(r'\{([a-z0-9_]+:[^}]*)\}', text)
    if not m:
        return [(text, '', '')]
    out = []
    for item in m.group(1).split(','):
        c, n = item.split(':')
        out.append((text.replace(m.group(0), c, 1), c, n))
    return out


class Param:
    def __init__(self, text, packed=None):
        value, _, self.place = text.partition('>')
        self.type, self.name = value.split(' ')
        self.packed = packed


def read(path):
    groups, rows, raw = {}, [], []
    for line in open(path):
        line = line.rstrip('\n')
        if line.startswith('group '):
            head, body = line[6:].split(': ')
            groups[head.split()[0]] = (head.split()[1:], body)
        elif line.startswith('= '):
            raw.append(line[2:])
        elif line and not line.startswith('#'):
            rows.append(line)
    return groups, rows, raw


def params(groups, text):
    out = []
    for item in split(text):
        if item in groups or item.startswith('['):
            regs, body = groups[item] if item in groups else (
                item[1:].split(':')[0].split(), item[1:-1].split(':', 1)[1])
            out += [Param(p.strip(), regs) for p in body.split(',')]
        else:
            out.append(Param(item))
    return out


def integer(kind, i):
    """A value of uN or sN that differs from those at other positions."""
    bits = int(kind[1:])
    if kind[0] == 's':
        return -(101 + 7 * i)
    if bits == 1:
        return 0
    if bits < 4:
        return (1 << bits) - 1 - (bits == 2)
    if bits < 8:
        return (5 + 3 * i) % (1 << bits)
    if bits < 12:
        return 17 + 9 * i
    if bits < 32:
        return (0x4321 + 0x111 * i) & ((1 << bits) - 1)
    return (0x87654321 + 0x01010101 * i) & ((1 << min(bits, 33)) - 1)


def argument(p, i, types, hot):
    """C text, value (None: no number is expected), text inside the instruction."""
    t = types.get(p.type.rstrip('*'), p.type.rstrip('*'))
    if p.type.endswith('*'):
        v = 0x1000 * (i + 1) + 0x200
        return f'({C[t]} *){v:#x}', v, ''
    if p.type == 'list':
        return f'({C[types["T"]]} **)(void *)lists', 0x83006200410020, ''
    if p.type == 'pipe':
        return PIPES[i][0], None, PIPES[i][1]
    if p.type == 'mem':
        return 'L0A', None, 'l0a'
    if p.type == 'pad':
        return 'PAD_MODE5', None, '5'
    if p.type == 'va':
        return f'VA{2 + 2 * i}', None, str(2 + 2 * i)
    if p.type == 'even':
        return '4', None, '4'
    if not re.fullmatch(r'[usbf]+\d+', t):
        return t, None, ''
    wide = {'xd': 1, 'xn': 1, 'xm': 1, 'xt': 1}
    if p.place in wide and t in SCALAR:
        return SCALAR[t] + ('',)
    v = 1 if hot else integer(t, i)
    return (f'{v:#x}' if v > 9 else str(v)), v, str(v)


def expected(text, values, places):
    for k, v in values.items():
        text = text.replace('{#' + k + '}', v)
    return text + ' ; ' + ' '.join(f'{k}={v:#x}' for k, v in places.items() if not k.startswith('#'))


def add(places, place, v):
    key, _, shift = place.partition('<<')
    m = re.fullmatch(r'(.*)\[(\d+)\]', key)
    if m:
        key, shift = m.group(1), m.group(2)
    places[key] = places.get(key, 0) + (v << int(shift or 0))


def call(name, ps, types, text, extra, packed, hot):
    args, values, places, done = [], {}, dict(extra), False
    behind = any(p.place.startswith('cfg.') and not p.packed for p in ps) or extra
    for i, p in enumerate(ps):
        if packed and p.packed:
            for k, reg in enumerate(p.packed if not done else []):
                v = 0x0a0b0c0d + k if behind else 0x8070605040302010 + k
                args.append(f'{v:#x}u')
                places[('lo.' if behind else '') + reg] = v
            done = True
            continue
        c, v, shown = argument(p, i, types, hot == i)
        args.append(c)
        if p.place.startswith('#'):
            values[p.place[1:]] = shown
        elif p.place and v is not None:
            add(places, p.place, v)
    return f'{name}({", ".join(args)})', expected(text, values, places)


def fill(text, c, n, name):
    text = text.replace('{c}', c).replace('{n}', n)
    m = re.fullmatch(r'vconv_(bf16|[fsu]\d+?)2(bf16|[fsu]\d+?)([a-z]?)', name)
    if m and '{s}' in text:
        text = text.replace('{s}', m.group(1)).replace('{d}', m.group(2)).replace('{r}', m.group(3))
    return text


def variants(groups, line):
    """(name, parameters, instruction, extra, types, result) of every row."""
    head, text, kinds = (line + ' ').split(' | ' if ' | ' in line else '|')[:3] \
        if line.count(' |') > 1 else (line.split(' |')[0], line.split(' |', 1)[1], '')
    proto, _, result = head.partition(' -> ')
    shape, body = proto.strip().rstrip(')').split('(', 1)
    for name, c, n in braces(shape):
        full = fill(f'{body}', c, n, name)
        instruction, _, more = fill(text.strip().rstrip('|').strip(), c, n, name).partition(' ; ')
        extra = {}
        for item in more.split():
            key, value = item.split('=')
            extra[key] = int(value, 0)
        for kind in kinds.split() or ['=']:
            letters, _, spelling = kind.partition('=')
            types = dict(zip('TUV', letters.split(','))) if letters else {}
            yield (name, params(groups, full), instruction.replace('{T}', spelling), extra, types,
                   result.strip())


def calls(groups, rows, raw):
    out = []
    for line in rows:
        for name, ps, text, extra, types, result in variants(groups, line):
            forms = [(False, None)]
            small = [i for i, p in enumerate(ps) if p.type == 'u1']
            forms += [(False, i) for i in small]
            if sum(1 for p in ps if p.packed) > 1:
                forms.append((True, None))
            for packed, hot in forms:
                c, e = call(name, ps, types, text, extra, packed, hot)
                result_c = C[result] if result else ''
                out.append(f'RESULT({result_c}, "{name}", "{e}", {c})' if result else
                           f'CALL("{name}", "{e}", {c})')
    for line in raw:
        c, _, e = line.partition(' | ')
        out.append(f'CALL("{c.split("(")[0]}", "{e}", {c})')
    for i in range(0, len(out), 40):
        print(f'TEST(test_{i // 40})\n{{')
        print('\n'.join('    ' + o for o in out[i:i + 40]) + '\n}')
    print('#define TESTS(X) ' + ' '.join(f'X(test_{i})' for i in range((len(out) + 39) // 40)))
    print(f'enum {{ CALLS = {len(out)} }};')


def snake(name):
    return re.sub(r'([A-Z])', lambda m: '_' + m.group(1).lower(), name)


def names(groups, rows, raw, path):
    """Prototypes of the generated list against those of the table, names in order."""
    have = {}
    for line in open(path):
        name, rest = line.strip().split('(', 1)
        body = re.sub(r'[][]', '', rest.split(')')[0].replace('[4]', ''))
        have.setdefault(name, []).append(
            [a.split(' ')[-1].lstrip('*') for a in split(body)])
    wrong, seen = [], set()
    for line in rows:
        for name, ps, _, _, _, _ in variants(groups, line):
            seen.add(name)
            want = [{snake(p.name), p.name, re.sub(r'\[.*', '', p.place).split('.')[-1].lstrip('#')}
                    for p in ps]
            good = any(len(h) == len(want) and all(a in w for a, w in zip(h, want))
                       for h in have.get(name, []))
            if not good:
                wrong.append(f'{name}({", ".join(p.name for p in ps)}) is not generated so: '
                             f'{have.get(name)}')
    seen |= {line.split('(')[0] for line in raw}
    wrong += [f'{n} is generated and not in the table' for n in sorted(set(have) - seen)]
    for w in sorted(set(wrong)):
        print(w)
    print(f'{len(seen)} names')
    return 1 if wrong else 0


if __name__ == '__main__':
    table = read(sys.argv[1])
    if sys.argv[2] == 'names':
        sys.exit(names(*table, sys.argv[3]))
    calls(*table)
