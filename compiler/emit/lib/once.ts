/** Works a value out once for each pair, and keeps it as long as both live. For what is pure, or may be done once as well as twice. */
export function once<One extends object, Other extends object, Value extends object>(
  work: (one: One, other: Other) => Value,
): (one: One, other: Other) => Value {
  const known = new WeakMap<Other, WeakMap<One, Value>>();
  return (one, other) => {
    const values = known.get(other) ?? new WeakMap<One, Value>();
    known.set(other, values);
    const value = values.get(one) ?? work(one, other);
    values.set(one, value);
    return value;
  };
}
