export interface Words {
  offline: string;
  slow: string;
  restricted: string;
}

export interface Build {
  version: string;
  assets: string[];
  offline: string;
  logout: string;
  door: string;
  keep: string[];
  words: Record<string, Words>;
}
