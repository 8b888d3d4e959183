package main

// document is something a client asks for.
type document struct{ name, role, text string }

var documents = []document{
	{"point", "PHYSICIAN", `query Point($id: ID!) { patient(by: {id: $id}) { id mrn name { text } birthDate } }`},
	{"list", "PHYSICIAN", `query List { patients(first: 25) { nodes { id mrn name { text } birthDate age sex } pageInfo { hasNextPage endCursor } } }`},
	{"chart", "PHYSICIAN", chart},
	{"board", "BOARD", `query Board($location: ID!) { roomBoard(location: $location) { cursor rooms { ...Card } waiting { ...Waiting } } }` + cards},
}

const chart = `query Chart($id: ID!) {
  patient(by: {id: $id}) {
    id mrn name { text family given } birthDate age sex
    allergies { nodes { id substance { text code system } criticality status } }
    problems(first: 50) { nodes { id code { text code system } onset status } }
    immunizations(first: 50) { nodes { id vaccine { text code } occurredAt status } }
    weights: vitals(code: BODY_WEIGHT, first: 20) { nodes { takenAt value unit interpretation } }
    pressures: vitals(code: BLOOD_PRESSURE, first: 20) { nodes { takenAt systolic diastolic unit interpretation } }
    visits(first: 10, orderBy: {field: STARTED_AT, direction: DESC}) {
      totalCount pageInfo { hasNextPage endCursor }
      edges { cursor node { id startedAt stage { name category } reason provider { name { text } } room { name }
        vitals { nodes { code { text } value unit interpretation takenAt } } } }
    }
  }
}`

const cards = `
fragment Card on BoardRoom { room { id name } status since version visit { ...Waiting } }
fragment Waiting on BoardVisit { visit { id } patientLabel stage { name category color } stageSince alertAt late providerName checklist { done total } badges }`

const subscription = `subscription Board($location: ID!, $since: String) {
  roomBoard(location: $location, since: $since) {
    __typename
    ... on RoomBoardSnapshot { cursor rooms { ...Card } waiting { ...Waiting } }
    ... on RoomBoardChange { cursor room { ...Card } visit { ...Waiting } }
    ... on RoomBoardHeartbeat { cursor at }
  }
}` + cards
