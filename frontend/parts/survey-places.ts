// Lines and areas on the earth, as queries/places.py measures them.
export type Point = readonly [north: number, east: number]; // degrees
const RADIUS = 6_378_100; // metres
const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const toTwoPlaces = (value: number): number => Math.round(value * 100) / 100;

function apart(one: Point, other: Point): number {
  const [north, east, north2, east2] = [...one, ...other].map(radians) as [number, number, number, number];
  const half = Math.sin((north2 - north) / 2) ** 2 + Math.cos(north) * Math.cos(north2) * Math.sin((east2 - east) / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(half)));
}

export function length(points: Point[]): number {
  return toTwoPlaces(points.slice(1).reduce((total, point, place) => total + apart(points[place]!, point), 0));
}

export function area(points: Point[]): number {
  const total = points.reduce((sum, one, place) => {
    const other = points[(place + 1) % points.length]!;
    return sum + radians(other[1] - one[1]) * (2 + Math.sin(radians(one[0])) + Math.sin(radians(other[0])));
  }, 0);
  return toTwoPlaces(Math.abs((total * RADIUS * RADIUS) / 2));
}

// A ray from the point crosses the border of the shape an odd number of times.
export function isInside([point]: Point[], shape: Point[]): boolean {
  if (!point || shape.length < 3) return false;
  const [north, east] = point;
  const crossed = shape.filter(([north1, east1], place) => {
    const [north2, east2] = shape[(place + 1) % shape.length]!;
    return north1 > north !== north2 > north && east < ((east2 - east1) * (north - north1)) / (north2 - north1) + east1;
  });
  return crossed.length % 2 === 1;
}
