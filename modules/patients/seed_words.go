package patients

// The words that invented people are made of.
var (
	femaleNames = []string{
		"Mary", "Patricia", "Jennifer", "Linda", "Elizabeth", "Barbara", "Susan", "Jessica", "Sarah", "Karen",
		"Lisa", "Nancy", "Margaret", "Sandra", "Ashley", "Emily", "Donna", "Michelle", "Carol", "Amanda",
		"Inés", "María José", "Lucía", "Sofía", "Camila", "Valentina", "Guadalupe", "Rosa", "Aaliyah", "Imani",
		"Keisha", "Latoya", "Mei", "Xiu", "Linh", "Thảo", "Priya", "Ananya", "Fatima", "Noor",
		"Zoë", "Chloé", "Siobhán", "Ingrid", "Olga", "Katarzyna", "Yuki", "Hana", "Soo-jin", "Abigail",
		"Grace", "Hannah", "Ruth", "Dorothy", "Evelyn", "Gloria", "Harriet", "Ivy", "Josephine", "Violet",
	}
	maleNames = []string{
		"James", "Robert", "John", "Michael", "David", "William", "Richard", "Joseph", "Thomas", "Christopher",
		"Daniel", "Matthew", "Anthony", "Mark", "Steven", "Andrew", "Paul", "Joshua", "Kenneth", "Kevin",
		"José", "Juan Carlos", "Luis", "Andrés", "Diego", "Ángel", "Mateo", "Ramón", "Malik", "Darnell",
		"Jamal", "Terrence", "Wei", "Jun", "Minh", "Hùng", "Arjun", "Rohan", "Omar", "Yusuf",
		"François", "Seán", "Björn", "Dmitri", "Paweł", "Kenji", "Min-ho", "Samuel", "Isaac", "Caleb",
		"Walter", "Harold", "Eugene", "Leonard", "Oscar", "Theodore", "Victor", "Walker", "Xavier", "Elijah",
	}
	familyNames = []string{
		"Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson", "Anderson", "Taylor",
		"Moore", "Jackson", "Martin", "Lee", "Thompson", "White", "Harris", "Clark", "Lewis", "Robinson",
		"Walker", "Young", "Allen", "King", "Wright", "Scott", "Hill", "Green", "Adams", "Baker",
		"García", "Martínez", "Rodríguez", "López", "Hernández", "González", "Pérez", "Sánchez", "Ramírez", "Núñez",
		"Nguyễn", "Tran", "Phạm", "Chen", "Wang", "Liu", "Kim", "Park", "Patel", "Singh",
		"Khan", "Ahmed", "Ali", "O'Brien", "O'Connor", "MacDonald", "Müller", "Schröder", "Kowalski", "Novák",
		"Ivanova", "Petrov", "Rossi", "Silva", "Santos", "Dubois", "Lefèvre", "Okafor", "Mensah", "Diallo",
		"Washington", "Jefferson", "Freeman", "Banks", "Booker", "Coleman", "Bryant", "Hayes", "Fisher", "Hunt",
		"Stone", "Rivers", "Fields", "Marsh", "Frost", "Lane", "Cross", "Day", "Knight", "Sharp",
	}
	shortNames = map[string]string{
		"Elizabeth": "Liz", "Jennifer": "Jen", "Patricia": "Pat", "Margaret": "Peggy", "Susan": "Sue",
		"James": "Jim", "Robert": "Bob", "Michael": "Mike", "William": "Bill", "Richard": "Rick",
		"Thomas": "Tom", "Christopher": "Chris", "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony",
		"Andrew": "Drew", "Joshua": "Josh", "Kenneth": "Ken", "Theodore": "Ted", "Leonard": "Len",
		"Guadalupe": "Lupe", "Josephine": "Jo", "Abigail": "Abby", "Samuel": "Sam", "Juan Carlos": "Juanca",
	}
	areaCodes = []string{"330", "234", "216", "440"}
	streets   = []string{
		"Maple Street", "Oak Avenue", "Cedar Lane", "Elm Street", "Mill Road", "River Road", "Church Street",
		"Park Avenue", "Sunset Drive", "Highland Avenue", "Lincoln Way", "Washington Street", "Canal Street",
		"Orchard Lane", "Market Street", "Prospect Street", "Franklin Boulevard", "Willow Court", "Birch Drive",
	}
	places = []place{
		{"Riverbend", "44301"},
		{"Riverbend", "44302"},
		{"Riverbend", "44304"},
		{"Millbrook", "44210"},
		{"Millbrook", "44211"},
		{"Canal Falls", "44240"},
		{"Fairgrove", "44256"},
		{"Northfield Heights", "44067"},
	}
)

// place is a city and one of its postal codes.
type place struct{ city, postal string }
